// The pages of the docs site in the order of its sidebar, grouped by their readers.

type Page = { text: string; link: string };
/** `short` is the group's name in the bar at the top. */
type Group = { name: string; short: string; pages: [Page, ...Page[]] };

export const groups: Group[] = [
  {
    name: "For board owners",
    short: "Boards",
    pages: [
      { text: "Will it run on my board?", link: "/audit" },
      { text: "What is my board?", link: "/probe" },
      { text: "Deploying to boards", link: "/deploy" },
      { text: "When the power goes", link: "/deploy-steps" },
      { text: "A fleet that updates itself", link: "/fleet" },
      { text: "Boards with little memory", link: "/embedded" },
      { text: "Profiles", link: "/profiles" },
      { text: "Boards", link: "/boards" },
      { text: "Where packages run", link: "/popular" },
      { text: "Troubleshooting", link: "/troubleshooting" },
    ],
  },
  {
    name: "For addon maintainers",
    short: "Addons",
    pages: [
      { text: "From a project to files", link: "/cross-compilation" },
      { text: "Your project", link: "/foreign-projects" },
      { text: "Settings", link: "/settings" },
      { text: "Commands", link: "/cli" },
      { text: "Builders", link: "/builders" },
      { text: "Rules of the audit", link: "/audit-rules" },
      { text: "How addons are run", link: "/running" },
      { text: "The report", link: "/report" },
      { text: "The audit in a program", link: "/library" },
      { text: "CI", link: "/ci" },
      { text: "Packages and their loader", link: "/loader" },
      { text: "Releases", link: "/release" },
    ],
  },
  {
    name: "For users of Grid",
    short: "Grid",
    pages: [
      { text: "Checking policies", link: "/rego" },
      { text: "Builtins", link: "/builtins" },
      { text: "Rust crates", link: "/crates" },
      { text: "Python", link: "/python" },
      { text: "Conformance", link: "/conformance" },
    ],
  },
  {
    name: "For contributors",
    short: "Contributing",
    pages: [
      { text: "How the audit reads code", link: "/audit-decoding" },
      { text: "Grid beside OPA", link: "/judges" },
    ],
  },
];
