import type { DefineComponent, HTMLAttributes, PublicProps } from 'vue';
import type { CarouselEvents, CarouselProps, ControlsProps, Pascal, WhyEvents, WhyProps } from './element-types.ts';

/** `@rec-ready` in a template is `onRecReady` to its compiler. */
type Listeners<Events> = {
  readonly [Name in keyof Events as `on${Pascal<Name>}`]?: (event: Events[Name]) => void;
};
type Element<Props> = new () => { $props: PublicProps & HTMLAttributes & Props } & InstanceType<DefineComponent>;

declare module 'vue' {
  interface GlobalComponents {
    'rec-carousel': Element<CarouselProps & Listeners<CarouselEvents>>;
    'rec-controls': Element<ControlsProps>;
    'rec-why': Element<WhyProps & Listeners<WhyEvents>>;
  }
}
