using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Bistro.Builder.Files;
using Bistro.Builder.Processes;
using Bistro.Builder.Trees;
using Bistro.Model.Content;

namespace Bistro.Builder.Sandbox;

/// <summary>Sandboxes on this machine, by bubblewrap: as root and as an ordinary user.</summary>
public sealed class BubblewrapSandbox(TreeStore trees, StagedRoots roots, TemporaryArea temporary, ToolRunner tools) : ISandbox
{
    private static readonly Tool Bubblewrap = new("bwrap", "bubblewrap", "bubblewrap");

    private readonly SandboxSurroundings _surroundings = new(tools);

    /// <summary>A sentence that names the limits of sandboxes that this machine lowers; null when there are none, or before the first run.</summary>
    public string? Shortage { get; private set; }

    public async Task<SandboxResult> RunAsync(SandboxRequest request, CancellationToken cancellationToken)
    {
        using var stage = await StageAsync(request, cancellationToken);
        if (!request.Commands.IsEmpty && await ExecuteAsync(request, stage, cancellationToken) is { } failure)
            return failure;
        var outputs = ImmutableArray.CreateBuilder<Digest>();
        foreach (var output in request.Outputs.Select(SandboxPath.Normalize))
        {
            // The run is over and its directories are about to be removed: their files may become objects as they are.
            var location = stage.Mounts.HostPath(output);
            var lost = request.Log is null || request.Commands.IsEmpty ? null : new LostAttributes(location.TrimEnd('/'));
            var options = new CaptureOptions { Known = stage.FilesAt(output), Adopt = request.Outputs.Length == 1, Lost = lost };
            outputs.Add(await CaptureAsync(location, output, options, cancellationToken));
            if (lost is { IsEmpty: false })
                await request.Log!.WriteAsync(Encoding.UTF8.GetBytes(lost.Describe()), cancellationToken);
        }
        return new SandboxResult(0, null, outputs.DrainToImmutable());
    }

    /// <summary>Runs the request's first command on the user's terminal and returns its exit code. Nothing is captured.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="sharesNetwork">Whether the host's network is there, as BuildStream's shell has it.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="SandboxException">The sandbox itself could not run.</exception>
    public async Task<int> RunInteractivelyAsync(SandboxRequest request, bool sharesNetwork, CancellationToken cancellationToken)
    {
        using var stage = await StageAsync(request, cancellationToken);
        var arguments = BubblewrapArguments.For(request, stage.Mounts, isInteractive: true, sharesNetwork);
        var command = await CommandAsync([.. arguments, "--", .. request.Commands[0].Arguments], cancellationToken);
        return await tools.RunAsync(command with { UsesTerminal = true }, cancellationToken);
    }

    private async Task<SandboxStage> StageAsync(SandboxRequest request, CancellationToken cancellationToken)
    {
        if (request.Architecture != Host)
            throw new SandboxException($"The element is built on {request.Architecture}, and this machine is {Host}.");
        var plan = await SandboxPlan.MakeAsync(trees, request, cancellationToken);
        return await SandboxStage.MakeAsync(plan, trees, roots, temporary, cancellationToken);
    }

    /// <summary>Runs the commands; null when all of them succeeded.</summary>
    private async Task<SandboxResult?> ExecuteAsync(SandboxRequest request, SandboxStage stage, CancellationToken cancellationToken)
    {
        var status = new StringBuilder();
        var arguments = BubblewrapArguments.For(request, stage.Mounts, isInteractive: false, sharesNetwork: false);
        var command = await CommandAsync([.. arguments, "--", "sh"], cancellationToken) with
        {
            Input = new MemoryStream(Encoding.UTF8.GetBytes(CommandScript.Write(request))),
            Output = request.Log is null ? null : OutputReaders.Into(request.Log),
            Error = OutputReaders.Into(status),
        };
        var exitCode = await tools.RunAsync(command, cancellationToken);
        if (exitCode == 0)
            return null;
        return CommandScript.ReadFailure(status.ToString()) is var (index, commandExitCode)
            ? new SandboxResult(commandExitCode, index, [])
            : throw Explain(exitCode, status.ToString().Trim());
    }

    private async Task<Digest> CaptureAsync(string directory, string output, CaptureOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await trees.CaptureAsync(directory, options, cancellationToken);
        }
        catch (TreeException failure)
        {
            throw new SandboxException($"{output} cannot be collected. {failure.Message.Replace(directory, output, StringComparison.Ordinal)}");
        }
    }

    // The element's variables are arguments of bubblewrap, not its environment: there, LD_PRELOAD would run code outside the sandbox.
    private async Task<ToolCommand> CommandAsync(ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var (prefix, shortage) = await _surroundings.PrefixAsync(cancellationToken);
        Shortage = shortage;
        ImmutableArray<string> line = [.. prefix, Bubblewrap.Require(), .. arguments];
        return new ToolCommand(new Tool(line[0], Bubblewrap.Package, Bubblewrap.Title), [.. line.Skip(1)]) { Environment = [] };
    }

    private static SandboxException Explain(int exitCode, string error) => error switch
    {
        _ when error.Contains("execvp sh", StringComparison.Ordinal) =>
            new("Nothing that is staged brings a shell ('sh'): add a build dependency that does."),
        _ when error.Contains("namespace", StringComparison.OrdinalIgnoreCase) || error.Contains("uid map", StringComparison.Ordinal) =>
            new($"bubblewrap cannot make a sandbox ({error}): allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or in a container run with its default seccomp profile off)."),
        "" => new($"The sandbox ended with exit code {exitCode} and said nothing: it was killed, maybe for lack of memory."),
        _ => new($"The sandbox failed with exit code {exitCode}: {error}"),
    };

    // By the names that projects use (BuildStream's canonical architectures).
    private static string Host => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86-64",
        Architecture.X86 => "x86-32",
        Architecture.Arm64 => "aarch64",
        Architecture.Arm => "aarch32",
        Architecture.Ppc64le => "power-isa-le",
        Architecture.RiscV64 => "rv64gc",
        Architecture.LoongArch64 => "loongarch64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
