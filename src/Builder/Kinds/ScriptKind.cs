using Bistro.Builder.Builds;
using Bistro.Model.Elements;

namespace Bistro.Builder.Kinds;

/// <summary><c>script</c>: runs commands on its build dependencies and collects what they leave in the install root.</summary>
public sealed class ScriptKind() : ElementKind("script")
{
    public override ElementTraits Traits => ScriptConfiguration.Traits;

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("commands", "root-read-only");
        return new ScriptConfiguration
        {
            Groups = [new CommandGroup("commands", element.Config.Texts("commands"))],
            WorkingDirectory = ScriptConfiguration.DirectoryVariable(element, "cwd"),
            InstallRoot = ScriptConfiguration.DirectoryVariable(element, "install-root"),
            RootReadOnly = element.Config.Bool("root-read-only", false),
            Layout = StagingLayout.Read(element, "location"),
        };
    }
}
