namespace Bistro.Model.Errors;

/// <summary>A file that nodes came from: the name that messages print and the path on disk.</summary>
/// <param name="Name">As the user would write it: <c>elements/app.bst</c>, or <c>sub.bst:elements/x.bst</c> across a junction.</param>
/// <param name="Path">Absolute path; null for text that is in no file (built-in defaults, the command line).</param>
public sealed record SourceFile(string Name, string? Path)
{
    /// <summary>What the program itself defines: automatic variables, empty defaults.</summary>
    public static SourceFile None { get; } = new("(automatic)", null);
}

/// <summary>The place of a node. Line and column count from 1.</summary>
public readonly record struct Provenance(SourceFile File, int Line, int Column)
{
    /// <summary>The place of what the program itself defines.</summary>
    public static Provenance None { get; } = new(SourceFile.None, 1, 1);

    /// <summary><c>file:line:column</c>, the start of every message.</summary>
    public override string ToString() => $"{File.Name}:{Line}:{Column}";
}
