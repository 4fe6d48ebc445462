import type {} from 'nearside/jsx';

export const right = (
  <rec-carousel
    class="wide"
    placement="home"
    heading="For you"
    count={4}
    anchor-item-id="a"
    renderItem={({ id }) => id}
    onrec-click={({ detail }) => detail.itemId.trim()}
  >
    <ol>
      <li data-item-id="a" />
    </ol>
  </rec-carousel>
);
export const controls = <rec-controls titleOf={(itemId) => itemId} />;
export const why = <rec-why itemId="a" slate={null} onrec-reason-removed={({ type }) => type.trim()} />;

// @ts-expect-error no such attribute
export const unknown = <rec-carousel headline="For you" />;
// @ts-expect-error a number
export const text = <rec-carousel count="four" />;
// @ts-expect-error what the element tells and nobody sets
export const told = <rec-carousel tier="heavy" />;
// @ts-expect-error no such field in the event's detail
export const detail = <rec-carousel onrec-click={({ detail: { item } }) => item} />;
// @ts-expect-error `focus` is the method of every element: it is focusMode
export const method = <rec-carousel focus="pages" />;
// @ts-expect-error of another element
export const other = <rec-controls placement="home" />;
// @ts-expect-error no text
export const slate = <rec-why slate="a" />;
