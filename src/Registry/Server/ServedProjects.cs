using Bistro.Model.Loading;
using Bistro.Model.Yaml;
using Bistro.Registry.Configuration;
using Bistro.Registry.OnDemand;

namespace Bistro.Registry.Server;

/// <summary>The projects that the server serves now. They keep loaded elements until the configuration changes them.</summary>
/// <param name="loaderOf">Creates the loader of a project.</param>
/// <param name="logging">Where their mistakes are logged.</param>
/// <param name="time">Their clock.</param>
public sealed class ServedProjects(Func<BistroConfiguration, ServedProject, ProjectLoader> loaderOf, ILoggerFactory logging, TimeProvider time) : IDisposable
{
    private readonly ProjectChecks _checks = new(logging.CreateLogger<ProjectChecks>());
    private string? _written;

    public IReadOnlyList<ProjectImages> Current { get; private set; } = [];

    /// <summary>Checks the projects in the background and logs mistakes.</summary>
    public Background.BackgroundLoop Checks => _checks.Loop;

    /// <summary>The projects of a configuration; unchanged projects are reused.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="projects">They are served once the returned action has run.</param>
    /// <returns>An action that starts serving them. It does not throw.</returns>
    public Action Prepare(BistroConfiguration configuration, out IReadOnlyList<ProjectImages> projects)
    {
        var written = Describe(configuration);
        if (written == _written)
        {
            projects = Current;
            return () => { };
        }
        var (fresh, before) = (configuration.Projects.Select(project => Open(configuration, project)).ToList(), Current);
        projects = fresh;
        return () =>
        {
            (Current, _written) = (fresh, written);
            _checks.Replace(fresh);
            // Requests that still use them check the disk each time.
            foreach (var project in before)
                project.Dispose();
        };
    }

    public void Dispose()
    {
        foreach (var project in Current)
            project.Dispose();
    }

    private ProjectImages Open(BistroConfiguration configuration, ServedProject project) =>
        new(project, loaderOf(configuration, project), new ProjectLog(project.Name, logging.CreateLogger<ProjectLog>()), time);

    // All settings that loads depend on, with their places, which messages contain.
    private static string Describe(BistroConfiguration configuration) => string.Join(
        '\n',
        configuration.ProjectOverrides.Provenance,
        YamlPrinter.Print(configuration.ProjectOverrides),
        YamlPrinter.Print(configuration.SourceDefaults),
        configuration.MaxJobs);
}
