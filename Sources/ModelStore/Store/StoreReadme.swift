/// The page that a person finds who opens the store with plain git.
enum StoreReadme {
    static let text = """
        # A model store

        This git repository holds machine-learning models: every version, what ran where and when, and why. It was made
        by `mlops`, and needs nothing but git, zstd and tar to be read.

        | ref | what it is |
        |---|---|
        | tag `<model>@v1.2.0` | one version: `model.json` (what it is made of), `metrics.json`, `README.md`, `archive/` |
        | branch `models/<model>` | the model's ledger: its versions and their checks |
        | branch `environments/<environment>/<model>` | what that environment ran, one commit per deployment |
        | branch `policies/<environment>` | the rules of that environment |
        | tag `<model>#<environment>#<n>` | the version that took all traffic there (the form of GTO) |

        ## What runs in production, and since when

        ```
        git log environments/production/<model>
        ```

        ## Getting a model back without mlops

        ```
        for b in $(git ls-tree --object-only '<model>@v1.2.0:archive'); do git cat-file blob $b; done | zstd -dc | tar x
        ```

        """
}
