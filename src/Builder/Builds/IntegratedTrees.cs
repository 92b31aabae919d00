using Bistro.Builder.Artifacts;
using Bistro.Builder.Coordination;
using Bistro.Builder.Sandbox;
using Bistro.Model.Content;
using Bistro.Model.Keys;

namespace Bistro.Builder.Builds;

/// <summary>Roots as their integration commands left them, by everything that went into them.</summary>
public sealed class IntegratedTrees(TreeTable cache)
{
    private readonly SingleFlight<string, Digest> _making = new();

    /// <summary>The result of a request that was run before, or of running it now: once, however many ask.</summary>
    public async Task<Digest> FindOrMakeAsync(SandboxRequest request, Func<Task<Digest>> make)
    {
        var key = Key(request);
        return cache.Find(key) ?? await _making.RunAsync(key, async () =>
        {
            var tree = await make();
            await cache.PutAsync(key, tree);
            return tree;
        });
    }

    private static string Key(SandboxRequest request)
    {
        var key = KeyValue.Of(
            ("trees", KeyValue.Of(request.Trees.Select(tree => KeyValue.Of([tree.Path, tree.Tree.Hex])))),
            ("commands", KeyValue.Of(request.Commands.Select(command => KeyValue.Of(
                ("arguments", KeyValue.Of(command.Arguments)),
                ("environment", KeyMembers.OfTexts(command.Environment ?? request.Environment)))))),
            ("user", request.UserId),
            ("group", request.GroupId),
            ("architecture", request.Architecture));
        return $"integration {key.Hash().Hex}";
    }
}
