using System.Net;
using System.Text;
using QRCoder;

namespace FieldNode.Host.Cards;

/// <summary>Control cards and badges as one HTML page to print on A4: eight cards per sheet, to be cut along the lines. The page loads no
/// other files.</summary>
public static class CardSheet
{
    private const int CardsPerSheet = 8;
    private const int ModulePixels = 4;

    /// <param name="guide">Whether the volunteer's guide (<see cref="GuidePage"/>) comes before the cards.</param>
    public static string Html(IReadOnlyList<ControlCard> cards, string site, bool chinese, bool guide = false)
    {
        ArgumentNullException.ThrowIfNull(cards);
        var title = chinese ? "操作卡" : "Control cards";
        var html = new StringBuilder($$"""
            <!DOCTYPE html>
            <html lang="{{(chinese ? "zh" : "en")}}">
            <head>
            <meta charset="utf-8">
            <title>{{title}} {{WebUtility.HtmlEncode(site)}}</title>
            <style>
            @page { size: A4; margin: 8mm }
            body { margin: 0; font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "DejaVu Sans", sans-serif; color: #000;
                background: #fff }
            .sheet { display: grid; grid-template-columns: 97mm 97mm; grid-template-rows: repeat(4, 66mm); break-after: page }
            .card { box-sizing: border-box; border: 0.3mm dashed #888; padding: 4mm; display: grid; grid-template-columns: 45mm 1fr;
                column-gap: 4mm; overflow: hidden }
            .card svg { width: 45mm; height: 45mm; grid-row: 1 / 3 }
            .sign { font-size: 14mm; line-height: 17mm; font-weight: bold; white-space: nowrap }
            .words { font-size: 5.2mm; line-height: 6.4mm; font-weight: bold; overflow-wrap: anywhere }
            .foot { grid-column: 1 / 3; align-self: end; font-size: 3mm; color: #333 }
            .code { font-family: "DejaVu Sans Mono", monospace }
            .guide { break-after: page; width: 190mm }
            .guide h1 { font-size: 8mm; margin: 0 0 3mm } .guide small { font-weight: normal; color: #333 }
            .task { display: grid; grid-template-columns: 24mm 1fr; border-top: 0.3mm solid #888; padding: 1.6mm 0 }
            .task .sign { font-size: 10mm; line-height: 12mm } .task h2 { font-size: 4.6mm; margin: 0 } .task p { font-size: 4.1mm;
                line-height: 5.4mm; margin: 0.6mm 0 }
            .Technician .card { border-style: double; border-width: 1mm }
            </style>
            </head>
            <body>

            """);
        if (guide)
        {
            GuidePage.Write(html, site, chinese);
        }

        foreach (var sheet in cards.GroupBy(card => card.Group <= CardGroup.Setting ? CardGroup.EveryDay : card.Group)
            .SelectMany(group => group.Chunk(CardsPerSheet).Select(chunk => (group.Key, Cards: chunk))))
        {
            html.Append($"<section class=\"sheet {sheet.Key}\">\n");
            foreach (var card in sheet.Cards)
            {
                html.Append($"<div class=\"card\">{Qr(card.Code)}<div class=\"sign\">{WebUtility.HtmlEncode(card.Sign)}</div><div "
                    + $"class=\"words\">{WebUtility.HtmlEncode(chinese ? card.Chinese : card.English)}</div>");
                html.Append($"<div class=\"foot\">{WebUtility.HtmlEncode(site)} · {GroupName(card.Group, chinese)} · <span "
                    + $"class=\"code\">{WebUtility.HtmlEncode(card.Group == CardGroup.Enrolment ? "" : card.Code)}</span></div></div>\n");
            }

            html.Append("</section>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    private static string GroupName(CardGroup group, bool chinese)
    {
        return group switch
        {
            CardGroup.EveryDay => chinese ? "日常" : "every day",
            CardGroup.Closing => chinese ? "提前封管" : "closing early",
            CardGroup.People => chinese ? "人员" : "people",
            CardGroup.Bag => chinese ? "转运" : "transport",
            CardGroup.NextCategory => chinese ? "仅下一位" : "next person",
            CardGroup.Place => chinese ? "入户与停靠点" : "place",
            CardGroup.Setting => chinese ? "设置" : "settings",
            CardGroup.Category => chinese ? "人员类别" : "category",
            CardGroup.Technician => chinese ? "技术员" : "technician",
            CardGroup.Practice => chinese ? "训练" : "practice",
            CardGroup.Badge => chinese ? "工牌" : "badge",
            _ => chinese ? "登记" : "enrolment",
        };
    }

    // Uses a viewBox instead of QRCoder's fixed size, so that the style sheet sets the size.
    private static string Qr(string code)
    {
        using var generator = new QRCodeGenerator();
        using var qr = generator.CreateQrCode(code, QRCodeGenerator.ECCLevel.M);
        return new SvgQRCode(qr).GetGraphic(ModulePixels, "#000000", "#ffffff", drawQuietZones: true,
            sizingMode: SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
