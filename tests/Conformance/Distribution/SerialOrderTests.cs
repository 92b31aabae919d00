using System.Collections.Immutable;
using System.Net;
using static Bistro.Conformance.Distribution.ClientExtensions;

namespace Bistro.Conformance.Distribution;

/// <summary>
/// Requests that push, tag and delete the same thing at the same time: what they answer, and what is there afterwards, is
/// what they would have done one after the other, in some order.
/// </summary>
public sealed class SerialOrderTests : RegistryTest
{
    private const int Rounds = 40;
    private const string First = "first";
    private const string Second = "second";

    // Each step of a script is a request of its own; all of a script run at once.
    private static readonly string[][] Scripts =
    [
        ["tag first", "tag second"],
        ["tag first", "untag"],
        ["untag", "untag"],
        ["tag first", "delete first"],
        ["delete first", "delete first"],
        ["tag first", "tag second", "untag"],
        ["tag first", "tag second", "delete second"],
        ["tag first", "untag", "delete first"],
        ["tag first", "tag first", "delete first", "untag"],
    ];

    private readonly Dictionary<string, byte[]> _manifests = new()
    {
        [First] = Image(Sha256("{}"u8.ToArray()), 2, Sha256([1]), 1),
        [Second] = Image(Sha256("{}"u8.ToArray()), 2, Sha256([2]), 1),
    };

    [Fact]
    public async Task Requests_at_once_end_as_in_one_of_the_orders_one_after_the_other()
    {
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < Scripts.Length; i++)
            {
                // Half of the rounds begin with the tag there already.
                var repository = $"r{round}s{i}";
                var before = Contents.Empty;
                if (round % 2 == 0)
                {
                    (before, _) = before.After("tag first");
                    await SendAsync(repository, "tag first");
                }

                var script = Scripts[i];
                var statuses = await Task.WhenAll(script.Select(step => Task.Run(() => SendAsync(repository, step))));
                var observed = $"{string.Join(' ', statuses)}: {await ReadAsync(repository)}";
                Assert.Contains(observed, Outcomes(before, script));
            }
        }
    }

    private async Task<int> SendAsync(string repository, string step)
    {
        var response = step.Split(' ') switch
        {
            ["tag", var what] => await Client.SendAsync("PUT", $"/v2/{repository}/manifests/tag", Typed(_manifests[what], "application/vnd.oci.image.manifest.v1+json")),
            ["delete", var what] => await Client.SendAsync("DELETE", $"/v2/{repository}/manifests/{Sha256(_manifests[what])}"),
            _ => await Client.SendAsync("DELETE", $"/v2/{repository}/manifests/tag"),
        };
        return (int)response.StatusCode;
    }

    // Through the caches, as every client sees it.
    private async Task<string> ReadAsync(string repository)
    {
        var tagged = await Client.SendAsync("GET", $"/v2/{repository}/manifests/tag");
        var bytes = await tagged.BytesAsync();
        var contents = Contents.Empty with { Tag = _manifests.FirstOrDefault(manifest => manifest.Value.SequenceEqual(bytes)).Key };
        foreach (var (name, manifest) in _manifests)
        {
            if ((await Client.SendAsync("HEAD", $"/v2/{repository}/manifests/{Sha256(manifest)}")).StatusCode == HttpStatusCode.OK)
                contents = contents with { Manifests = contents.Manifests.Add(name) };
        }

        return contents.ToString();
    }

    private static HashSet<string> Outcomes(Contents before, string[] script)
    {
        var outcomes = new HashSet<string>();
        foreach (var order in Orders([.. Enumerable.Range(0, script.Length)]))
        {
            var (contents, statuses) = (before, new int[script.Length]);
            foreach (var step in order)
                (contents, statuses[step]) = contents.After(script[step]);
            outcomes.Add($"{string.Join(' ', statuses)}: {contents}");
        }

        return outcomes;
    }

    private static IEnumerable<ImmutableArray<int>> Orders(ImmutableArray<int> steps) => steps.Length == 0
        ? [[]]
        : steps.SelectMany(step => Orders(steps.Remove(step)).Select(rest => rest.Insert(0, step)));

    /// <summary>What a repository has: which manifests, and which of them the tag names.</summary>
    private sealed record Contents(ImmutableSortedSet<string> Manifests, string? Tag)
    {
        public static Contents Empty { get; } = new([], null);

        public (Contents After, int Status) After(string step) => step.Split(' ') switch
        {
            ["tag", var what] => (new Contents(Manifests.Add(what), what), 201),
            ["delete", var what] => Manifests.Contains(what)
                ? (new Contents(Manifests.Remove(what), Tag == what ? null : Tag), 202)
                : (this, 404),
            _ => Tag is null ? (this, 404) : (this with { Tag = null }, 202),
        };

        public override string ToString() => $"{string.Join(',', Manifests)} tag={Tag}";
    }
}
