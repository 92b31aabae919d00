using Bistro.Model.Errors;

namespace Bistro.Model.Loading;

/// <summary>
/// A project must not be loaded in two ways, unless the projects that do so declare it: as <c>duplicates</c> for every way, or as
/// <c>internal</c>.
/// </summary>
internal static class ProjectConflicts
{
    /// <exception cref="LoadException">Projects of one name are in conflict.</exception>
    public static void Expect(IReadOnlyList<LoadingProject> projects)
    {
        foreach (var group in projects.GroupBy(project => project.Configuration.Name, StringComparer.Ordinal))
        {
            var ways = group.ToArray();
            if (ways.Length < 2)
                continue;
            var duplicated = ways.Where(IsDuplicate).ToArray();
            var primary = ways.Where(way => !duplicated.Contains(way) && !IsInternal(way)).ToArray();
            if (primary.Length > 1 || (primary.Length == 1 && duplicated.Length > 0))
                throw new LoadException(
                    LoadErrorReason.ConflictingJunction,
                    ways.Select(way => way.Place.AskedBy).FirstOrDefault(place => place is not null),
                    $"Project '{group.Key}' was loaded in multiple contexts: {string.Join("; ", ways.Select(way => way.ToString()))}. " +
                    "Mark it as internal, or mark every instance of it as a duplicate, under 'junctions' of project.conf");
        }
    }

    private static bool IsDuplicate(LoadingProject way) => way.Junctions.Ancestors().Any(ancestor =>
        ancestor.Configuration.Duplicates.TryGetValue(way.Configuration.Name, out var junctions)
        && junctions.Any(junction => ancestor.Junctions.Find(junction.Value, junction.Provenance, opens: false) == way));

    private static bool IsInternal(LoadingProject way) => way.Junctions.Ancestors().Any(ancestor =>
        ancestor.Configuration.Internals.Any(junction => ancestor.Junctions.Find(junction.Value, junction.Provenance, opens: false) == way));
}
