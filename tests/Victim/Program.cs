using System.Globalization;
using Bistro.Victim;

// A process that tests kill: `write|collect|push|reserve STORE STEP` works on a store and dies at the given step, as by kill -9.
// What it prints was acknowledged.
// Or one that stands between a test and a program: `peak REPORT PROGRAM [ARGUMENT...]` writes the most memory that the program had.
if (args is ["peak", var report, var program, .. var arguments])
    return PeakMemory.Run(report, program, arguments);
if (args is not [var scenario, var store, var step])
    return 2;
var faults = new DeathAt(int.Parse(step, CultureInfo.InvariantCulture));
await (scenario switch
{
    "collect" => Scenarios.CollectAsync(store, faults),
    "reserve" => Scenarios.ReserveAsync(store, faults),
    "push" => PushScenario.RunAsync(store, faults),
    _ => Scenarios.WriteAsync(store, faults),
});
return 0;
