// A field that hides the rows of the next table in which none of the words occur. Without scripts the page has the whole table.
import { defineComponent, h, ref } from "vue";

export const TableFilter = defineComponent(() => {
  const field = ref();
  const filter = (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    let next = field.value.nextElementSibling;
    while (next && next.tagName !== "TABLE") next = next.nextElementSibling;
    for (const row of next?.tBodies[0]?.rows ?? []) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  };
  return () =>
    h(
      "p",
      { ref: field },
      h("input", {
        class: "table-filter",
        type: "search",
        placeholder: "Filter: for example sharp, or sharp pi-4",
        "aria-label": "Filter the table",
        onInput: filter,
      }),
    );
});
