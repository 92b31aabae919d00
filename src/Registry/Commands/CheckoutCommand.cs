using System.CommandLine;
using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Builder.Files;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Images.Layouts;
using Bistro.Builder.Images.Permissions;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro checkout</c>: copies a built element to a folder or a tar file. <c>podman load</c> reads the tar file of an image.</summary>
public static class CheckoutCommand
{
    public static Command Create(MainOptions main)
    {
        var element = new Argument<string>("ELEMENT") { Description = "A built element" };
        var directory = new Argument<string?>("DIRECTORY") { Description = "A new or empty folder (default: the element's name)", Arity = ArgumentArity.ZeroOrOne };
        var tar = new Option<string?>("--tar") { Description = "Write a tar file instead of a folder; - writes to standard output", HelpName = "FILE" };
        var dependencies = new Option<string>("--deps", "-d") { Description = "Which dependencies to include", DefaultValueFactory = _ => "run" };
        dependencies.AcceptOnlyFromAmong("run", "build", "none", "all");
        var noIntegrate = new Option<bool>("--no-integrate") { Description = "Do not run integration commands" };
        var command = new Command("checkout", "Copy a built element out of the store") { element, directory, tar, dependencies, noIntegrate };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            await using var services = main.OpenServices(result);
            var target = (await services.Loader.LoadAsync([result.GetValue(element)!], cancellationToken)).Targets[0];
            var builds = services.Builds;
            var tree = await builds.Roots.StageAsync(
                target, ScopeOf(result.GetValue(dependencies)!), !result.GetValue(noIntegrate), cancellationToken);
            if (result.GetValue(tar) is { } file)
            {
                if (!ArtifactImage.IsImage(builds.Trees, tree))
                    tree = await builds.Trees.DeclareAsync(tree, target, ElementRoots.ElementsOf(target, ScopeOf(result.GetValue(dependencies)!)), cancellationToken);
                await WriteTarAsync(builds.Trees, tree, file, cancellationToken);
            }
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
        if (Directory.Exists(file))
            throw new UsageException($"{file} is a folder. Name a file.");
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            throw new UsageException($"{folder} does not exist. Create it, or name another file.");
        // The file gets its name when it is complete, so an incomplete archive cannot be loaded by mistake.
        var temporary = Temporary(file);
        try
        {
            await using (var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                await trees.WriteArchiveAsync(tree, output, cancellationToken);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception failure)
        {
            // The name is random: the file is this process's own.
            File.Delete(temporary);
            ThrowIfFull(failure, file);
            throw;
        }
    }

    private static async Task WriteFolderAsync(TreeStore trees, Digest tree, string folder, CancellationToken cancellationToken)
    {
        var location = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var exists = Directory.Exists(location);
        if (File.Exists(location) || (exists && Directory.EnumerateFileSystemEntries(location).Any()))
            throw new UsageException($"{folder} already exists and is not an empty folder. Name another folder, or remove it.");
        // A new folder gets its name when it is complete, so an incomplete one cannot be mistaken for the whole element.
        var written = exists ? location : Temporary(location);
        try
        {
            await trees.CheckoutAsync(tree, written, cancellationToken);
            if (!exists)
                Directory.Move(written, location);
        }
        catch (Exception failure)
        {
            if (exists)
                Empty(trees, tree, location);
            else
                DirectoryRemoval.Remove(written);
            ThrowIfFull(failure, folder);
            throw;
        }
    }

    /// <summary>Removes what a checkout wrote into a folder that was empty. Whatever else has come there stays.</summary>
    private static void Empty(TreeStore trees, Digest tree, string folder)
    {
        foreach (var node in trees.Read(tree).Nodes)
        {
            var path = Path.Combine(folder, node.Name);
            if (node is DirectoryNode)
                DirectoryRemoval.Remove(path);
            else
                File.Delete(path);
        }
    }

    private static string Temporary(string path) => $"{path}.{Path.GetRandomFileName()}.part";

    private static void ThrowIfFull(Exception failure, string path)
    {
        if (failure is IOException && DiskFullException.Means((IOException)failure))
            throw new DiskFullException(path);
    }
}
