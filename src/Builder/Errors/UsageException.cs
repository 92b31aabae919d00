namespace Bistro.Builder.Errors;

/// <summary>
/// The user asked for something that cannot be done as asked: a wrong argument, an address in use, a folder that exists. The
/// message is a sentence that says what is wrong, where, and what to do. A mistake in a file is a <c>LoadException</c>.
/// </summary>
public sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
