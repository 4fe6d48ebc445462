import EmblaCarousel from 'embla-carousel';

const embla = EmblaCarousel(document.querySelector('.embla__viewport'), {
  align: 'start',
  slidesToScroll: 'auto',
  direction: document.dir === 'rtl' ? 'rtl' : 'ltr',
});
const previous = document.querySelector('.embla__prev');
const next = document.querySelector('.embla__next');
previous.addEventListener('click', () => embla.scrollPrev());
next.addEventListener('click', () => embla.scrollNext());
const show = () => {
  previous.disabled = !embla.canScrollPrev();
  next.disabled = !embla.canScrollNext();
};
embla.on('select', show).on('init', show).on('reInit', show);
