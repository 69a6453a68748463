import DefaultTheme from "vitepress/theme-without-fonts";
import { TableFilter } from "./table-filter.js";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("TableFilter", TableFilter);
  },
};
