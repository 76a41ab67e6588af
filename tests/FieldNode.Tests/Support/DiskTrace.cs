using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace FieldNode.Tests.Support;

/// <summary>An operation of SQLite on a file.</summary>
internal enum DiskAct
{
    Write,
    Truncate,
    Sync,
    Delete,

    /// <summary>No file operation: a progress mark set by the test.</summary>
    Mark,
}

/// <summary>One call of SQLite to the disk, in call order.</summary>
internal sealed record DiskOp(DiskAct Act, string File, long Offset, byte[] Data, int Mark);

/// <summary>
/// Sits between SQLite and the disk for the files of one directory: records each write, truncation, sync and deletion, and makes some fail.
/// It hooks into SQLite's own VFS (https://sqlite.org/vfs.html), so the product's code runs unchanged. Files in other directories are not
/// affected.
/// </summary>
internal sealed unsafe class DiskTrace : IDisposable
{
    private const int SqliteOk = 0;
    private const int MethodsBytes = 19 * 8; // sqlite3_io_methods, version 3
    private const int OpenSlot = 40; // bytes into sqlite3_vfs
    private const int DeleteSlot = 48;
    private const int CloseSlot = 8; // bytes into sqlite3_io_methods
    private const int WriteSlot = 24;
    private const int TruncateSlot = 32;
    private const int SyncSlot = 40;

    private static readonly ConcurrentDictionary<string, DiskTrace> s_traces = new();
    private static readonly ConcurrentDictionary<nint, (nint Methods, DiskTrace Trace, string File)> s_files = new();
    private static readonly ConcurrentDictionary<nint, nint> s_ours = new();
    private static readonly nint s_open;
    private static readonly nint s_delete;

    private readonly string _directory;
    private readonly List<DiskOp> _ops = [];

    static DiskTrace()
    {
        using (var connection = new SqliteConnection("Data Source=:memory:"))
        {
            connection.Open(); // loads SQLite
        }

        var vfs = sqlite3_vfs_find(0);
        (s_open, s_delete) = (*(nint*)(vfs + OpenSlot), *(nint*)(vfs + DeleteSlot));
        *(nint*)(vfs + OpenSlot) = (nint)(delegate* unmanaged[Cdecl]<nint, byte*, nint, int, int*, int>)&Open;
        *(nint*)(vfs + DeleteSlot) = (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, int>)&Delete;
    }

    public DiskTrace(string directory)
    {
        _directory = Path.GetFullPath(directory);
        s_traces[_directory] = this;
    }

    /// <summary>Returns the SQLite result code with which a call fails (https://sqlite.org/rescode.html), or 0 if it succeeds.</summary>
    public Func<DiskAct, int>? Fault { get; set; }

    public IReadOnlyList<DiskOp> Ops
    {
        get
        {
            lock (_ops)
            {
                return [.. _ops];
            }
        }
    }

    /// <summary>Records a progress mark of the test.</summary>
    public void Mark(int mark)
    {
        Add(new DiskOp(DiskAct.Mark, "", 0, [], mark));
    }

    public void Dispose()
    {
        s_traces.TryRemove(_directory, out _);
    }

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern nint sqlite3_vfs_find(nint name);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(nint vfs, byte* name, nint file, int flags, int* outFlags)
    {
        var result = ((delegate* unmanaged[Cdecl]<nint, byte*, nint, int, int*, int>)s_open)(vfs, name, file, flags, outFlags);
        if (result == SqliteOk && Find(name) is var (trace, path))
        {
            var methods = *(nint*)file;
            s_files[file] = (methods, trace, path);
            *(nint*)file = s_ours.GetOrAdd(methods, Ours);
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(nint vfs, byte* name, int syncDirectory)
    {
        if (Find(name) is var (trace, path))
        {
            trace.Add(new DiskOp(DiskAct.Delete, path, syncDirectory, [], 0));
        }

        return ((delegate* unmanaged[Cdecl]<nint, byte*, int, int>)s_delete)(vfs, name, syncDirectory);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(nint file)
    {
        s_files.TryRemove(file, out var known);
        *(nint*)file = known.Methods;
        return ((delegate* unmanaged[Cdecl]<nint, int>)(*(nint*)(known.Methods + CloseSlot)))(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint file, byte* data, int count, long offset)
    {
        var (methods, trace, path) = s_files[file];
        return trace.Try(new DiskOp(DiskAct.Write, path, offset, new ReadOnlySpan<byte>(data, count).ToArray(), 0)) is var fault
            and not SqliteOk ? fault
            : ((delegate* unmanaged[Cdecl]<nint, byte*, int, long, int>)(*(nint*)(methods + WriteSlot)))(file, data, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(nint file, long size)
    {
        var (methods, trace, path) = s_files[file];
        return trace.Try(new DiskOp(DiskAct.Truncate, path, size, [], 0)) is var fault and not SqliteOk ? fault
            : ((delegate* unmanaged[Cdecl]<nint, long, int>)(*(nint*)(methods + TruncateSlot)))(file, size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(nint file, int flags)
    {
        var (methods, trace, path) = s_files[file];
        return trace.Try(new DiskOp(DiskAct.Sync, path, 0, [], 0)) is var fault and not SqliteOk ? fault
            : ((delegate* unmanaged[Cdecl]<nint, int, int>)(*(nint*)(methods + SyncSlot)))(file, flags);
    }

    private static nint Ours(nint methods)
    {
        var ours = Marshal.AllocHGlobal(MethodsBytes); // never freed: used until the process ends
        Buffer.MemoryCopy((void*)methods, (void*)ours, MethodsBytes, MethodsBytes);
        *(nint*)(ours + CloseSlot) = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&Close;
        *(nint*)(ours + WriteSlot) = (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, long, int>)&Write;
        *(nint*)(ours + TruncateSlot) = (nint)(delegate* unmanaged[Cdecl]<nint, long, int>)&Truncate;
        *(nint*)(ours + SyncSlot) = (nint)(delegate* unmanaged[Cdecl]<nint, int, int>)&Sync;
        return ours;
    }

    private static (DiskTrace Trace, string File)? Find(byte* name)
    {
        var path = name == null ? null : Marshal.PtrToStringUTF8((nint)name);
        return path is not null && Path.GetDirectoryName(path) is { } directory && s_traces.TryGetValue(directory, out var trace)
            ? (trace, Path.GetFileName(path)) : null;
    }

    private int Try(DiskOp op)
    {
        var fault = Fault?.Invoke(op.Act) ?? SqliteOk;
        if (fault == SqliteOk)
        {
            Add(op);
        }

        return fault;
    }

    private void Add(DiskOp op)
    {
        lock (_ops)
        {
            _ops.Add(op);
        }
    }
}
