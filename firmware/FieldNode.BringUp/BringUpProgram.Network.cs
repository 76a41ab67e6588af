using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Protocol;

namespace FieldNode.BringUp
{
    // The access point and the host.
    public sealed partial class BringUpProgram
    {
        // The claim on the card is not touched: it is good for its node afterwards.
        private void Network()
        {
            if (!_hasCard || _card.Wifi.Length == 0)
            {
                Tell("wifi", false, "no card with a Wi-Fi was scanned");
                return;
            }

            WifiUplink uplink = new WifiUplink(_parts.Radio, _parts.Http, _parts.Power.Chance());
            uplink.Use(Utf8(_card.Wifi), Utf8(_card.Pass), Utf8(_card.Url), new byte[0]);
            uplink.LaneRests = true; // a name may be looked up
            uint begun = Now;
            while (uplink.RadioPart != PartState.Ok && Now - begun < JoinMs)
            {
                uplink.Step(Now);
                _bench.Pause(TickMs);
            }

            bool isUp = uplink.RadioPart == PartState.Ok;
            Tell("wifi", isUp, isUp ? "an address after " + (Now - begun).ToString() + " ms" : PartState.Name(uplink.RadioPart));
            if (isUp)
            {
                Ask(uplink);
            }
        }

        // An empty status, which the host refuses: that it does is the answer.
        private void Ask(WifiUplink uplink)
        {
            uplink.Step(Now);
            uint begun = Now;
            uplink.Begin(UplinkKind.Status, new byte[0], 0);
            byte state = uplink.Poll();
            while (state == UplinkState.Pending && Now - begun < AnswerMs)
            {
                _bench.Pause(TickMs);
                uplink.Step(Now);
                state = uplink.Poll();
            }

            bool isThere = state == UplinkState.Refused || state == UplinkState.Answered;
            Tell("host", isThere, isThere ? "answers after " + (Now - begun).ToString() + " ms" : "no answer at " + Utf8(_card.Url));
        }
    }
}
