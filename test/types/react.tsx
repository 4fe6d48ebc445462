import { RecCarousel, RecControls, RecWhy } from 'nearside/react';

export const right = (
  <RecCarousel placement="home" count={4} onRecReady={({ detail }) => detail.state.trim()}>
    <ol />
  </RecCarousel>
);
export const controls = <RecControls className="wide" titleOf={(itemId) => itemId} />;
export const why = <RecWhy itemId="a" onRecReasonRemoved={({ type }) => type.trim()} />;

// @ts-expect-error no such property
export const unknown = <RecCarousel headline="For you" />;
// @ts-expect-error no such event
export const event = <RecCarousel onRecRaedy={() => undefined} />;
// @ts-expect-error no such field in the event's detail
export const detail = <RecCarousel onRecReady={({ detail: { order } }) => order} />;
// @ts-expect-error of another element
export const other = <RecControls placement="home" />;
// @ts-expect-error a text
export const item = <RecWhy itemId={1} />;
