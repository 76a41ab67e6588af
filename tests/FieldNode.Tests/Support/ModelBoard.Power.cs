using FieldNode.Core.Screens;
using FieldNode.Device;
using FieldNode.Simulator.Parts;

namespace FieldNode.Tests.Support;

// Switching turns between test and board, power, and power loss.
internal sealed partial class ModelBoard
{
    private void Run(Func<bool> isDone)
    {
        _isDone = isDone;
        while (_isOff || !isDone())
        {
            TakeTurns();
        }
    }

    // The test's condition may throw; the exception belongs on the test's own thread, which evaluates the condition again.
    private bool IsDone()
    {
        try
        {
            return _isDone();
        }
        catch (Exception)
        {
            return true;
        }
    }

    private void TakeTurns()
    {
        PassTime();
        if (_thread is null)
        {
            PowerOn();
        }
        else
        {
            _programsTurn.Release();
        }

        _testsTurn.Wait();
        if (Program!.WantsRestart)
        {
            Finish();
            WorldMs += BootMs;
        }
    }

    private void PassTime()
    {
        WorldMs = Math.Max(WorldMs + StepMs, Scanner.Now); // a driver that waited has advanced the scanner's clock
        Scanner.Now = WorldMs;
        Rtc.WorldMs = WorldMs;
        Flash.Pause((int)StepMs);
    }

    private void PowerOn()
    {
        Boots++;
        _bootedAt = WorldMs;
        _systemUtcAtBoot = 0; // 1970, as on the device
        Flash.PowerOn();
        Oled.PowerOn();
        Scanner.PowerOn();
        AccessPoint.Forget();
        Http.Forget();
        _isOver = false;
        _isOff = false;
        Program = new NodeProgram(new Board(Parts()));
        _thread = new Thread(RunProgram) { IsBackground = true };
        _thread.Start();
    }

    private void RunProgram()
    {
        Program!.Run();
        _testsTurn.Release();
    }

    private void Stop()
    {
        if (_thread is null)
        {
            return;
        }

        _isOver = true;
        Finish();
    }

    private void Finish()
    {
        _programsTurn.Release();
        _thread!.Join();
        _thread = null;
        while (_testsTurn.Wait(0) || _programsTurn.Wait(0))
        {
        }
    }
}
