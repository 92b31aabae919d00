namespace Bistro.Builder.Metadata;

/// <summary>The tables of one owner. Each owner brings his own, so that none has to know the others.</summary>
/// <param name="Name">The owner, which also begins the names of no other owner's tables.</param>
/// <param name="Steps">SQL scripts in the order in which they were invented; what is published is never changed, only added to.</param>
public sealed record MetadataSchema(string Name, IReadOnlyList<string> Steps);
