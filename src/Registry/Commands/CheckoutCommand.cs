using System.CommandLine;
using Bistro.Builder.Builds;
using Bistro.Builder.Content;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro checkout</c>: a built element as a folder or a tar file. The tar of an image is what <c>podman load</c> reads.</summary>
public static class CheckoutCommand
{
    public static Command Create(MainOptions main)
    {
        var element = new Argument<string>("ELEMENT") { Description = "A built element" };
        var directory = new Argument<string?>("DIRECTORY") { Description = "A folder that is not there yet (default: the element's name)", Arity = ArgumentArity.ZeroOrOne };
        var tar = new Option<string?>("--tar") { Description = "Write a tar file instead; - is the standard output", HelpName = "FILE" };
        var dependencies = new Option<string>("--deps", "-d") { Description = "Which dependencies to put beside it", DefaultValueFactory = _ => "run" };
        dependencies.AcceptOnlyFromAmong("run", "build", "none", "all");
        var noIntegrate = new Option<bool>("--no-integrate") { Description = "Do not run integration commands" };
        var command = new Command("checkout", "Copies a built element out of the store") { element, directory, tar, dependencies, noIntegrate };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(async () =>
        {
            await using var services = main.OpenServices(result);
            var target = (await services.Loader.LoadAsync([result.GetValue(element)!], cancellationToken)).Targets[0];
            var builds = services.Builds;
            var tree = await builds.Roots.StageAsync(
                target, ScopeOf(result.GetValue(dependencies)!), !result.GetValue(noIntegrate), cancellationToken);
            if (result.GetValue(tar) is { } file)
                await WriteTarAsync(builds.Trees, tree, file, cancellationToken);
            else
                await WriteFolderAsync(builds.Trees, tree, result.GetValue(directory) ?? Path.GetFileNameWithoutExtension(target.Name), cancellationToken);
            return 0;
        }));
        return command;
    }

    private static RootScope ScopeOf(string dependencies) => dependencies switch
    {
        "none" => RootScope.None,
        "build" => RootScope.Build,
        "all" => RootScope.All,
        _ => RootScope.Run,
    };

    private static async Task WriteTarAsync(TreeStore trees, Digest tree, string file, CancellationToken cancellationToken)
    {
        if (file == "-")
        {
            await using var output = Console.OpenStandardOutput();
            await trees.WriteArchiveAsync(tree, output, cancellationToken);
            return;
        }
        // Under its name it is whole: a half-written archive would be loaded as if it were one.
        var temporary = $"{file}.{Environment.ProcessId}.part";
        try
        {
            await using (var output = File.Create(temporary))
                await trees.WriteArchiveAsync(tree, output, cancellationToken);
            File.Move(temporary, file, overwrite: true);
        }
        catch (IOException failure) when (DiskFullException.Means(failure))
        {
            throw new DiskFullException(file);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task WriteFolderAsync(TreeStore trees, Digest tree, string folder, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"{folder} is there already and not empty: name another folder, or remove it");
        try
        {
            await trees.CheckoutAsync(tree, Path.GetFullPath(folder), cancellationToken);
        }
        catch (Exception failure)
        {
            // Half of it would pass for the whole.
            DirectoryRemoval.Remove(Path.GetFullPath(folder));
            if (failure is IOException full && DiskFullException.Means(full))
                throw new DiskFullException(folder);
            throw;
        }
    }
}
