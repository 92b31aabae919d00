using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Keys;

namespace Bistro.Model.Elements;

/// <summary>
/// A kind of element: how it reads its configuration and what enters its cache key. How it is built is defined in the same file (Builder's <c>IBuildable</c>, implemented by the configuration that <see cref="Configure"/> returns).
/// </summary>
public interface IElementKind
{
    /// <summary>As written behind <c>kind:</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The package whose kind this is, by the name of its project (<c>buildstream-plugins</c>); null for BuildStream's core, which
    /// needs no declaration. Of two kinds with the same name, the one whose package is the declared origin is used.
    /// </summary>
    string? Package => null;

    ElementTraits Traits { get; }

    /// <summary>
    /// The plugin's defaults (<c>variables</c>, <c>environment</c>, <c>config</c>, <c>public</c>) as YAML text, or null. A project
    /// whose plugin origin has the plugin's own <c>.yaml</c> is given that instead.
    /// </summary>
    string? Defaults { get; }

    /// <summary>Reads and checks <c>config</c> and the dependencies' <c>config</c>, both expanded.</summary>
    /// <exception cref="LoadException">The configuration is wrong; the message starts with the place.</exception>
    IElementConfiguration Configure(ElementDraft element);
}

/// <summary>An element's configuration as its kind read it.</summary>
public interface IElementConfiguration
{
    /// <summary><c>element-plugin-key</c> (BuildStream: <c>Plugin.get_unique_key</c>).</summary>
    KeyValue UniqueKey { get; }

    /// <summary>False where the configuration rules out commands that <see cref="ElementTraits.RunsCommands"/> allows the kind.</summary>
    bool RunsCommands => true;

    /// <summary>Mistakes that keep the element from being built, although it has a cache key. They are reported before anything is built.</summary>
    ImmutableArray<LoadError> Mistakes => [];
}

/// <summary>The class attributes of an element plugin in BuildStream.</summary>
public sealed record ElementTraits
{
    /// <summary><c>element-plugin-version</c> in the key; default 0.</summary>
    public int Version { get; init; }

    /// <summary>Whether <c>environment</c> and <c>sandbox</c> enter the key (<c>BST_RUN_COMMANDS</c>); default true.</summary>
    public bool RunsCommands { get; init; } = true;

    /// <summary>Whether build dependencies enter the weak key with their own (<c>BST_STRICT_REBUILD</c>).</summary>
    public bool StrictRebuild { get; init; }

    /// <summary>Whether it produces an artifact (<c>BST_ELEMENT_HAS_ARTIFACT</c>); default true.</summary>
    public bool HasArtifact { get; init; } = true;

    /// <summary>Whether it reads the <c>config</c> of its build dependencies; where it does not, writing one is an error.</summary>
    public bool ReadsDependencyConfig { get; init; }

    public bool ForbidsBuildDependencies { get; init; }

    public bool ForbidsRuntimeDependencies { get; init; }

    public bool ForbidsSources { get; init; }
}
