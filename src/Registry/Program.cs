using Bistro.Registry.Commands;

return await CommandLine.RunAsync(args);
