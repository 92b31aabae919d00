using System.CommandLine;
using Bistro.Builder.Upkeep;
using Bistro.Registry.Server;
using Bistro.Registry.Upkeep;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro gc</c> and <c>bistro scrub</c>: keep the store small and sound, also beside a running server.</summary>
public static class UpkeepCommands
{
    public static Command CreateCollect(MainOptions main)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would go" };
        var command = new Command("gc", "Removes from the store what nobody needs, and evicts what exceeds the quota") { dryRun };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(async () =>
        {
            await using var services = main.OpenServices(result);
            var isDryRun = result.GetValue(dryRun);
            var report = isDryRun ? services.Housekeeping.Plan(cancellationToken) : await services.Housekeeping.CollectAsync(cancellationToken);
            if (report is null)
                throw new IOException("Another process is collecting garbage in this store; let it finish.");
            Tell(report, isDryRun);
            return 0;
        }));
        return command;
    }

    public static Command CreateScrub(MainOptions main)
    {
        var command = new Command("scrub", "Reads every object of the store again, and takes out what is corrupt");
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(async () =>
        {
            await using var services = main.OpenServices(result);
            var report = await services.Housekeeping.ScrubAsync(cancellationToken);
            Tell(report, services);
            return report.IsClean ? 0 : 1;
        }));
        return command;
    }

    private static void Tell(CollectionReport report, bool isDryRun)
    {
        foreach (var thing in report.Evicted)
            Console.WriteLine($"{(isDryRun ? "Would evict" : "Evicted")} {thing.Name}");
        Console.WriteLine(
            $"{(isDryRun ? "Would remove" : "Removed")} {report.RemovedObjects} objects, {ByteSize.Format(report.RemovedBytes)}; "
            + $"{report.KeptObjects} objects, {ByteSize.Format(report.KeptBytes)}, stay");
    }

    private static void Tell(ScrubReport report, CommandServices services)
    {
        foreach (var digest in report.Corrupt)
            Console.WriteLine($"Corrupt: {digest}, now {services.Content.Layout.Quarantined(digest)}");
        foreach (var thing in report.Forgotten)
            Console.WriteLine($"Forgotten, to be made again when it is asked for: {thing.Name}");
        foreach (var thing in report.Damaged)
        {
            foreach (var missing in thing.Content.Where(reference => services.Content.Find(reference.Digest) is null))
                Console.WriteLine($"Damaged: {thing.Name} lacks {missing.Digest}; push it again");
        }
        Console.WriteLine($"Read {report.Objects} objects, {ByteSize.Format(report.Bytes)}: {(report.IsClean ? "all are sound" : $"{report.Corrupt.Count} corrupt")}");
    }
}
