// The part of npm-packlist that Boardkit uses: it has no types. Its tree is one of @npmcli/arborist; without edges no dependency is bundled.
declare module "npm-packlist" {
  export default function packlist(tree: {
    path: string;
    package: Record<string, unknown>;
    isProjectRoot: boolean;
    edgesOut: Map<string, unknown>;
  }): Promise<string[]>;
}
