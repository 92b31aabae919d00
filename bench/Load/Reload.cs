using System.Diagnostics;
using System.Globalization;
using Bistro.Model.Loading;
using Bistro.Model.Projects;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bistro.Bench;

/// <summary>
/// How long a running server takes to answer with a new key after a file has changed: from the write to the answer, the notice of the
/// file system in between. It is the server's own <see cref="ProjectImages"/> that is asked, without HTTP before it.
/// </summary>
internal static class Reload
{
    private const int Rounds = 15;

    /// <summary>Prints the median of some changes of each element. The project's files are written to.</summary>
    /// <param name="folder">The project.</param>
    /// <param name="leaf">An element that nothing depends on.</param>
    /// <param name="root">An element that everything depends on.</param>
    /// <param name="targets">What is asked for; the first depends on both, or is the leaf.</param>
    public static async Task MeasureAsync(string folder, string leaf, string root, string[] targets)
    {
        var project = new ServedProject { Name = "bench", Path = folder };
        using var images = new ProjectImages(
            project, new ProjectLoader(new LoadRequest { Directory = folder }, CommandServices.Kinds),
            new ProjectLog(project.Name, NullLogger<ProjectLog>.Instance), TimeProvider.System);
        foreach (var target in targets)
            await KeyOfAsync(images, target);
        Print("leaf", leaf, await MedianAsync(images, folder, leaf, targets[0]));
        Print("root", root, await MedianAsync(images, folder, root, targets[0]));
    }

    private static async Task<double> MedianAsync(ProjectImages images, string folder, string element, string target)
    {
        var file = Path.Combine(folder, "elements", element);
        var text = await File.ReadAllTextAsync(file);
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = await KeyOfAsync(images, target);
            var changed = string.Create(CultureInfo.InvariantCulture, $"{text}\npublic:\n  round: '{round}'\n");
            var start = Stopwatch.GetTimestamp();
            await WriteAsync(file, changed);
            while (await KeyOfAsync(images, target) == before)
                await Task.Yield();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        await WriteAsync(file, text);
        return times.Order().ElementAt(Rounds / 2);
    }

    // As editors do: at no time is half a file there.
    private static async Task WriteAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task<string> KeyOfAsync(ProjectImages images, string target) =>
        await images.FindAsync(target[..^".bst".Length]) is ImageLookup.Found found
            ? found.Source.Element.Keys.Strict
            : throw new InvalidOperationException($"The project has no element {target}, or it is wrong.");

    private static void Print(string what, string element, double milliseconds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {milliseconds:F1} {element}"));
}
