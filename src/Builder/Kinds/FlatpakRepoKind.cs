using Bistro.Builder.Builds;
using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Kinds;

/// <summary><c>flatpak_repo</c>: exports flatpak images to an OSTree repository, with the tools of its other dependencies.</summary>
public sealed class FlatpakRepoKind() : ElementKind("flatpak_repo", KindPackage.Community)
{
    private const string Repository = "/buildstream/repo";

    public override ElementTraits Traits { get; } = ScriptConfiguration.Traits with { Version = 2 };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        var config = element.Config;
        config.ExpectKeys("copy-refs", "repo-mode", "arch", "branch");
        var (architecture, branch) = (config.Text("arch"), config.Text("branch"));
        var groups = new OrderedDictionary<string, CommandGroup>(StringComparer.Ordinal);
        var layout = new List<(string Location, StagingEntry Entry)>();

        Add(groups, "init repository", $"ostree init --repo={Repository} --mode={config.Text("repo-mode")}");
        foreach (var (dependency, settings) in element.BuildDependencies())
        {
            if (settings is null)
            {
                layout.Add((StagingLayout.Root, new StagingEntry(dependency.Element, dependency.Path)));
                continue;
            }
            var itsBranch = settings.OptionalText("branch") ?? branch;
            foreach (var image in Images(dependency, settings))
            {
                var location = $"/buildstream/input/{image.Element.NormalName}";
                layout.Add((location, image));
                Add(groups, $"export {image.Label}",
                    $"flatpak build-export --files=files --arch={architecture} {Repository} {location} {itsBranch}");
            }
        }
        foreach (var (source, target) in config.Sequence("copy-refs").Mappings().Select(Copy))
            Add(groups, $"copy ref {source} -> {target}",
                $"flatpak build-commit-from --src-ref={source} {Repository} {target}");

        if (layout.TrueForAll(entry => entry.Location == StagingLayout.Root))
            throw new LoadException(LoadErrorReason.InvalidData, element.Provenance, "No flatpak images specified for this repo.");
        return new ScriptConfiguration
        {
            Groups = [.. groups.Values],
            WorkingDirectory = ScriptConfiguration.DirectoryVariable(element, "cwd"),
            InstallRoot = Repository,
            RootReadOnly = true,
            Layout = StagingLayout.Of(layout),
        };
    }

    /// <summary>A group that is there already is replaced in its place, as BuildStream's mapping does it.</summary>
    private static void Add(OrderedDictionary<string, CommandGroup> groups, string name, string command) =>
        groups[name] = new CommandGroup(name, [command]);

    /// <summary>The dependency itself, or the images that it is a stack of.</summary>
    private static IEnumerable<StagingEntry> Images(Dependency dependency, MappingNode settings)
    {
        settings.ExpectKeys("flatpak-image", "flatpak-stack", "branch");
        return (settings.Bool("flatpak-image", false), settings.Bool("flatpak-stack", false)) switch
        {
            (true, false) => [new StagingEntry(dependency.Element, dependency.Path)],
            (false, true) => dependency.Element.Dependencies
                .Where(member => member.IsRuntime)
                .Select(member => new StagingEntry(member.Element, $"{dependency.Path} ({member.Element.Name})")),
            (true, true) => throw Mistake(settings, $"'{dependency.Path}' is specified as both a flatpak image and a stack."),
            _ => throw Mistake(settings, $"'{dependency.Path}' is specified as neither a flatpak image nor a stack."),
        };
    }

    private static (string Source, string Target) Copy(MappingNode copy)
    {
        copy.ExpectKeys("src", "dest");
        return (copy.Text("src"), copy.Text("dest"));
    }

    private static LoadException Mistake(MappingNode settings, string message) =>
        new(LoadErrorReason.InvalidDependencyConfig, settings.Provenance, message);
}
