namespace Bistro.Builder.Metadata;

/// <summary>The tables of one owner. Each owner declares its own, so that none has to know the others.</summary>
/// <param name="Name">The owner's name.</param>
/// <param name="Steps">SQL scripts in the order in which they were introduced. Published scripts are never changed; new ones are added at the end.</param>
public sealed record MetadataSchema(string Name, IReadOnlyList<string> Steps);
