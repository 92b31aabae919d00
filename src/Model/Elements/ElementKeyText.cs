using System.Text;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Python;

namespace Bistro.Model.Elements;

/// <summary>
/// Writes and hashes the texts behind an element's keys. They are one JSON object, members sorted, which differs in two: the
/// weak text names the build closure, the strict one adds the keys of all of it, and the weak key itself.
/// </summary>
internal sealed class ElementKeyText(Element element) : IKeyInput
{
    // BuildStream: BST_CORE_ARTIFACT_VERSION.
    private const int CoreArtifactVersion = 11;

    private readonly Element[] _strictDependencies =
        [.. element.Dependencies.Where(dependency => dependency.IsStrict).Select(dependency => dependency.Element)];

    /// <summary>Whether no source is without a ref.</summary>
    public bool IsResolved => element.Sources.All(source => source.Configuration.IsResolved);

    /// <summary>Computes the keys of the element. Those of its dependencies must be known or computable.</summary>
    public ElementKeys Compute()
    {
        var own = new KeyWriter();
        if (IsResolved)
            WriteOwn(own);
        return Compute(own.Written, new KeyWriter(), new Closure.Walk());
    }

    /// <summary>As the other.</summary>
    /// <param name="own">What <see cref="WriteOwn"/> wrote.</param>
    /// <param name="writer">Scratch space.</param>
    /// <param name="walk">Scratch space, too.</param>
    public ElementKeys Compute(ReadOnlySpan<byte> own, KeyWriter writer, Closure.Walk walk)
    {
        if (!IsResolved)
            return new ElementKeys(ElementKeys.Unresolved, ElementKeys.Unresolved);
        var closure = Closure.Build(element.Dependencies, walk);
        if (closure.Any(dependency => dependency.Keys.Weak == ElementKeys.Unresolved && IsStrictOn(dependency)))
            return new ElementKeys(ElementKeys.Unresolved, ElementKeys.Unresolved);

        writer.Clear();
        WriteWeak(writer, closure, own);
        var weak = Digest.Of(writer.Written).Hex;
        if (!closure.All(dependency => dependency.Keys.AreResolved))
            return new ElementKeys(weak, ElementKeys.Unresolved) { Input = this };

        writer.Clear();
        WriteStrict(writer, closure, own, weak, StrictKey);
        return new ElementKeys(weak, Digest.Of(writer.Written).Hex) { Input = this };
    }

    public string WriteWeak()
    {
        var (writer, own) = (new KeyWriter(), new KeyWriter());
        WriteOwn(own);
        WriteWeak(writer, Closure.Build(element.Dependencies), own.Written);
        return Encoding.UTF8.GetString(writer.Written);
    }

    public string WriteStrict()
    {
        var (writer, own) = (new KeyWriter(), new KeyWriter());
        WriteOwn(own);
        WriteStrict(writer, Closure.Build(element.Dependencies), own.Written, element.Keys.Weak, StrictKey);
        return Encoding.UTF8.GetString(writer.Written);
    }

    public string HashStrong(Func<Element, string> keyOf)
    {
        var closure = Closure.Build(element.Dependencies);
        if (!element.Keys.AreResolved || closure.All(dependency => keyOf(dependency) == dependency.Keys.Strict))
            return element.Keys.Strict;
        var (writer, own) = (new KeyWriter(), new KeyWriter());
        WriteOwn(own);
        WriteStrict(writer, closure, own.Written, element.Keys.Weak, keyOf);
        return Digest.Of(writer.Written).Hex;
    }

    /// <summary>Writes the part that both texts share: it does not depend on dependencies.</summary>
    public void WriteOwn(KeyWriter writer)
    {
        writer.Clear();
        var runsCommands = element.Kind.Traits.RunsCommands && element.Configuration.RunsCommands;
        writer.Raw(",\"element-base-key\":{\"build-root\":"u8);
        writer.Text(element.Variables.Find("build-root"));
        writer.Raw("},\"element-plugin-key\":"u8);
        writer.Value(element.Configuration.UniqueKey);
        writer.Raw(",\"element-plugin-name\":"u8);
        writer.Text(element.Kind.Name);
        writer.Raw(",\"element-plugin-version\":"u8);
        writer.Number(element.Kind.Traits.Version);
        if (runsCommands)
            WriteEnvironment(writer);
        writer.Raw(",\"fatal-warnings\":"u8);
        writer.Texts(element.Project.FatalWarnings.Sort(CodePointOrder.Instance).AsSpan());
        writer.Raw(",\"public\":"u8);
        writer.Value(element.Public);
        if (runsCommands)
        {
            writer.Raw(",\"sandbox\":"u8);
            writer.Value(element.Sandbox.Key);
        }
        WriteSources(writer);
    }

    private void WriteWeak(KeyWriter writer, List<Element> closure, ReadOnlySpan<byte> own)
    {
        WriteDependencies(writer, closure, dependency => IsStrictOn(dependency) ? dependency.Keys.Weak : null);
        writer.Raw(own);
        writer.Raw("}"u8);
    }

    private static void WriteStrict(KeyWriter writer, List<Element> closure, ReadOnlySpan<byte> own, string weak, Func<Element, string> keyOf)
    {
        WriteDependencies(writer, closure, keyOf);
        writer.Raw(own);
        writer.Raw(",\"weak-cache-key\":"u8);
        writer.Text(weak);
        writer.Raw("}"u8);
    }

    private static void WriteDependencies(KeyWriter writer, List<Element> closure, Func<Element, string?> key)
    {
        writer.Raw("{\"core-artifact-version\":"u8);
        writer.Number(CoreArtifactVersion);
        writer.Raw(",\"dependencies\":["u8);
        var isFirst = true;
        foreach (var dependency in closure)
        {
            writer.Separate(ref isFirst);
            writer.Raw("["u8);
            writer.Text(dependency.Project.Name);
            writer.Raw(","u8);
            writer.Text(dependency.Name);
            if (key(dependency) is { } text)
            {
                writer.Raw(","u8);
                writer.Text(text);
            }
            writer.Raw("]"u8);
        }
        writer.Raw("]"u8);
    }

    private void WriteEnvironment(KeyWriter writer)
    {
        writer.Raw(",\"environment\":{"u8);
        var isFirst = true;
        foreach (var (name, value) in element.Environment.Sort((left, right) => CodePointOrder.Compare(left.Key, right.Key)))
        {
            if (element.EnvironmentNoCache.Contains(name))
                continue;
            writer.Name(name, ref isFirst);
            writer.Text(value);
        }
        writer.Raw("}"u8);
    }

    private void WriteSources(KeyWriter writer)
    {
        writer.Raw(",\"sources\":["u8);
        var isFirst = true;
        foreach (var source in element.Sources)
        {
            writer.Separate(ref isFirst);
            var isFirstMember = true;
            writer.Raw("{"u8);
            if (source.Directory is { } directory)
            {
                writer.Name("directory", ref isFirstMember);
                writer.Text(directory);
            }
            writer.Name("key", ref isFirstMember);
            writer.Value(source.Configuration.UniqueKey);
            writer.Name("name", ref isFirstMember);
            writer.Text(source.Kind.Name);
            writer.Raw("}"u8);
        }
        writer.Raw("]"u8);
    }

    private static string StrictKey(Element dependency) => dependency.Keys.Strict;

    /// <summary>Whether the weak key includes that of a member of the build closure.</summary>
    private bool IsStrictOn(Element dependency) =>
        element.Kind.Traits.StrictRebuild || Array.IndexOf(_strictDependencies, dependency) >= 0;
}
