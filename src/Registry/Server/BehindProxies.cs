using Bistro.Registry.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace Bistro.Registry.Server;

/// <summary>Shows each request as its client sent it to the outermost proxy: address, scheme, host and path.</summary>
internal static class BehindProxies
{
    public static void UseProxies(this WebApplication app, ProxyOptions options)
    {
        if (options.Trusted.Count > 0)
            app.UseForwardedHeaders(Forwarded(options));
        if (options.PathPrefix.Length == 0)
            return;
        var prefix = new PathString(options.PathPrefix);
        app.Use(next => context =>
        {
            // A proxy may have removed the prefix. It is there in every address that the server answers with.
            if (context.Request.Path.StartsWithSegments(prefix, StringComparison.Ordinal, out var rest))
                context.Request.Path = rest;
            context.Request.PathBase = prefix;
            return next(context);
        });
    }

    // Addresses are read from the right, as long as they belong to trusted proxies: what a client wrote itself stands further left.
    private static ForwardedHeadersOptions Forwarded(ProxyOptions options)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.Trusted)
            forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }
}
