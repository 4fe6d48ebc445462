import KeenSlider from 'keen-slider';

const slider = new KeenSlider('.keen-slider', {
  rtl: document.dir === 'rtl',
  slides: { perView: 5, spacing: 16 },
});
document.querySelector('.previous').addEventListener('click', () => slider.prev());
document.querySelector('.next').addEventListener('click', () => slider.next());
