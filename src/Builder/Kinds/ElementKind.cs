using Bistro.Model.Elements;

namespace Bistro.Builder.Kinds;

/// <summary>What the element kinds share: a name, a package, and default values that stand in <c>defaults/NAME.yaml</c>.</summary>
public abstract class ElementKind(string name, string? package = null) : IElementKind
{
    private readonly Lazy<string?> _defaults = new(() => ReadDefaults(name));

    public string Name { get; } = name;

    public string? Package { get; } = package;

    public virtual ElementTraits Traits { get; } = new();

    public string? Defaults => _defaults.Value;

    public abstract IElementConfiguration Configure(ElementDraft element);

    private static string? ReadDefaults(string name)
    {
        using var stream = typeof(ElementKind).Assembly.GetManifestResourceStream($"defaults/{name}.yaml");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
