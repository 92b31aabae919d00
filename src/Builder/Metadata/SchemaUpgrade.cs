using Bistro.Builder.Errors;

namespace Bistro.Builder.Metadata;

/// <summary>Brings the tables of each owner from the version in the database to the newest, step by step, in one transaction.</summary>
internal static class SchemaUpgrade
{
    public static void Apply(MetadataSession session, IReadOnlyList<MetadataSchema> schemas)
    {
        // Usually there is nothing to do, and nothing is written: not on a full disk, and not while another process writes.
        if (IsNewest(session, schemas))
            return;
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            session.Execute("CREATE TABLE IF NOT EXISTS schema_versions(owner TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID");
            foreach (var schema in schemas)
                Apply(session, schema);
            session.Execute("COMMIT");
        }
        catch
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

    private static bool IsNewest(MetadataSession session, IReadOnlyList<MetadataSchema> schemas) =>
        session.Any("SELECT 1 FROM sqlite_schema WHERE name = 'schema_versions'") && schemas.All(schema => VersionOf(session, schema) == schema.Steps.Count);

    private static int VersionOf(MetadataSession session, MetadataSchema schema) =>
        session.First("SELECT version FROM schema_versions WHERE owner = $1", row => row.GetInt32(0), schema.Name) ?? 0;

    private static void Apply(MetadataSession session, MetadataSchema schema)
    {
        var version = VersionOf(session, schema);
        if (version > schema.Steps.Count)
            throw new UsageException(
                $"A newer Bistro has written this store: its {schema.Name} tables have version {version}, and this Bistro knows {schema.Steps.Count}. "
                + "Use the newer Bistro, or another store.");
        if (version == schema.Steps.Count)
            return;
        foreach (var step in schema.Steps.Skip(version))
            session.Execute(step);
        session.Execute("INSERT OR REPLACE INTO schema_versions VALUES ($1, $2)", schema.Name, schema.Steps.Count);
    }
}
