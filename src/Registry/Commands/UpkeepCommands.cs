using System.CommandLine;
using Bistro.Builder.Errors;
using Bistro.Builder.Upkeep;
using Bistro.Registry.Server;
using Bistro.Registry.Upkeep;

namespace Bistro.Registry.Commands;

/// <summary><c>bistro gc</c> and <c>bistro scrub</c>: remove unused content and verify the store. Both are safe beside a running server.</summary>
public static class UpkeepCommands
{
    public static Command CreateCollect(MainOptions main)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Print what would be removed, and remove nothing" };
        var command = new Command("gc", "Remove unused content from the store and evict content above the quota") { dryRun };
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            await using var services = main.OpenServices(result);
            var isDryRun = result.GetValue(dryRun);
            var report = isDryRun ? services.Housekeeping.Plan(cancellationToken) : await services.Housekeeping.CollectAsync(cancellationToken);
            if (report is null)
                throw new UsageException("Another process is collecting garbage in this store. Wait until it ends.");
            Print(report, isDryRun);
            return 0;
        }));
        return command;
    }

    public static Command CreateScrub(MainOptions main)
    {
        var command = new Command("scrub", "Verify every object in the store and remove corrupt ones");
        command.SetAction((result, cancellationToken) => CommandAction.RunAsync(main.Output.IsDebug(result), async () =>
        {
            await using var services = main.OpenServices(result);
            var report = await services.Housekeeping.ScrubAsync(cancellationToken);
            Print(report, services);
            return report.IsClean ? 0 : 1;
        }));
        return command;
    }

    private static void Print(CollectionReport report, bool isDryRun)
    {
        foreach (var item in report.Evicted)
            Console.WriteLine($"{(isDryRun ? "Would evict" : "Evicted")} {item.Name}");
        Console.WriteLine(
            $"{(isDryRun ? "Would remove" : "Removed")} {report.RemovedObjects} objects, {ByteSize.Format(report.RemovedBytes)}; "
            + $"{report.KeptObjects} objects, {ByteSize.Format(report.KeptBytes)}, remain");
    }

    private static void Print(ScrubReport report, CommandServices services)
    {
        foreach (var digest in report.Corrupt)
            Console.WriteLine($"Corrupt: {digest}, moved to {services.Content.Layout.Quarantined(digest)}");
        foreach (var item in report.Forgotten)
            Console.WriteLine($"Discarded, will be rebuilt on its next use: {item.Name}");
        foreach (var item in report.Damaged)
        {
            foreach (var missing in item.Content.Where(reference => services.Content.Find(reference.Digest) is null))
                Console.WriteLine($"Damaged: {item.Name} lacks {missing.Digest}. Push it again.");
        }
        Console.WriteLine($"Read {report.Objects} objects, {ByteSize.Format(report.Bytes)}: {(report.IsClean ? "all are intact" : $"{report.Corrupt.Count} corrupt")}");
    }
}
