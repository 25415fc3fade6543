using System.Numerics;
using RlKit.Drawing;

namespace RlKit.Tests.Drawing;

internal sealed class CanvasTests
{
    [Test]
    public void APixelIsMixedByTheShareThatIsCovered()
    {
        var canvas = new Canvas(4, 3, Color.White);

        canvas.FillRectangle(0.25f, 1, 2, 1.5f, Color.Black);

        Assert.That(canvas.Frame.Pixels.Where((_, i) => i % 3 == 0), Is.EqualTo(new byte[] { 255, 255, 255, 255, 64, 0, 191, 255, 159, 128, 223, 255 }).Within(1));
    }

    [Test]
    public void AColorWithAnOpacityIsMixed()
    {
        var canvas = new Canvas(1, 1, Color.FromRgb(0x204060));

        canvas.FillRectangle(0, 0, 1, 1, Color.FromRgb(0xE0C0A0).WithOpacity(0.5));

        Assert.That(canvas.Frame[0, 0], Is.EqualTo(((byte)0x80, (byte)0x80, (byte)0x80)));
    }

    [TestCase(10.3f)]
    [TestCase(1.7f)]
    [TestCase(0.4f)]
    public void ACircleCoversItsArea(float radius)
    {
        var canvas = new Canvas(32, 32, Color.White);

        canvas.FillCircle(new(15.2f, 16.9f), radius, Color.Black);

        Assert.That(Covered(canvas), Is.EqualTo(Math.PI * radius * radius).Within(0.01 * radius * radius + 0.05));
    }

    [Test]
    public void ALineCoversLengthTimesWidthAndRoundEndsAddACircle()
    {
        var butt = new Canvas(64, 64, Color.White);
        var round = new Canvas(64, 64, Color.White);
        Vector2 from = new(12.5f, 20), to = new(50, 47.25f);

        butt.DrawLine(from, to, 3.5f, Color.Black);
        round.DrawLine(from, to, 3.5f, Color.Black, LineCap.Round);

        double length = (to - from).Length();
        Assert.That(Covered(butt), Is.EqualTo(3.5 * length).Within(0.3));
        Assert.That(Covered(round), Is.EqualTo(3.5 * length + Math.PI * 3.5 * 3.5 / 4).Within(0.3));
    }

    [Test]
    public void ARingCoversItsArea()
    {
        var canvas = new Canvas(64, 64, Color.White);

        canvas.DrawCircle(new(32, 31), 20, 4, Color.Black);

        Assert.That(Covered(canvas), Is.EqualTo(2 * Math.PI * 20 * 4).Within(1.5));
        Assert.That(canvas.Frame[32, 31], Is.EqualTo(((byte)255, (byte)255, (byte)255)));
    }

    [Test]
    public void TheBorderOfARectangleHasSharpCornersUnlessARadiusIsGiven()
    {
        var sharp = new Canvas(40, 40, Color.White);
        var rounded = new Canvas(40, 40, Color.White);

        sharp.DrawRectangle(10, 10, 20, 20, 2, Color.Black);
        rounded.DrawRectangle(10, 10, 20, 20, 2, Color.Black, cornerRadius: 6);

        Assert.That(Covered(sharp), Is.EqualTo(22 * 22 - 18 * 18).Within(0.05));
        Assert.That(sharp.Frame[9, 9].Red, Is.Zero);
        Assert.That(rounded.Frame[9, 9].Red, Is.EqualTo(255));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void TheDirectionOfAPolygonDoesNotMatter(bool isReversed)
    {
        var canvas = new Canvas(20, 20, Color.White);
        Vector2[] corners = [new(2, 2), new(17, 4), new(9, 18)];
        if (isReversed) Array.Reverse(corners);

        canvas.FillPolygon(Color.Black, corners);

        Assert.That(Covered(canvas), Is.EqualTo(113).Within(0.3));
    }

    [Test]
    public void ATriangleThatReachesOutsideIsTheSameAsCutFromALargerPicture([Range(0, 99)] int seed)
    {
        var random = new Random(seed);
        Vector2[] corners = new Vector2[3];
        foreach (ref Vector2 corner in corners.AsSpan()) corner = new(60 * random.NextSingle() - 20, 60 * random.NextSingle() - 20);
        var small = new Canvas(20, 20, Color.White);
        var large = new Canvas(60, 60, Color.White);

        small.FillPolygon(Color.Black, corners);
        large.Transform = Matrix3x2.CreateTranslation(20, 20);
        large.FillPolygon(Color.Black, corners);

        double area = Math.Abs((corners[1].X - corners[0].X) * (corners[2].Y - corners[0].Y) - (corners[2].X - corners[0].X) * (corners[1].Y - corners[0].Y)) / 2;
        Assert.That(Covered(large), Is.EqualTo(area).Within(0.3));
        for (int y = 0; y < 20; y++)
            for (int x = 0; x < 20; x++)
                Assert.That(small.Frame[x, y].Red, Is.EqualTo(large.Frame[x + 20, y + 20].Red).Within(1), $"pixel {x}, {y} of {string.Join(" ", corners)}");
    }

    [Test]
    public void AClipKeepsEverythingElseAsItWas()
    {
        var canvas = new Canvas(20, 20, Color.White);

        canvas.SetClip(5, 6, 7, 8);
        canvas.FillCircle(new(10, 10), 100, Color.Black);
        Assert.That(Covered(canvas), Is.EqualTo(56));
        canvas.ResetClip();
        canvas.FillRectangle(0, 0, 20, 20, Color.Black);
        Assert.That(Covered(canvas), Is.EqualTo(400));
    }

    [Test]
    public void WhatLiesFarOutsideIsNotDrawn()
    {
        var canvas = new Canvas(20, 20, Color.White);

        canvas.FillRectangle(30, 0, 5, 5, Color.Black);
        canvas.FillRectangle(-1e30f, -1e30f, 1e29f, 1e29f, Color.Black);
        canvas.DrawLine(new(-1e20f, 1e20f), new(-1e20f, 2e20f), 1, Color.Black);
        Assert.That(Covered(canvas), Is.Zero);
        canvas.FillRectangle(-1e9f, -1e9f, 2e9f, 2e9f, Color.Black);
        Assert.That(Covered(canvas), Is.EqualTo(400));
    }

    [Test]
    public void ATransformTurnsShapes()
    {
        var turned = new Canvas(20, 20, Color.White) { Transform = Matrix3x2.CreateRotation(MathF.PI / 2, new(10, 10)) };
        var straight = new Canvas(20, 20, Color.White);

        turned.FillRectangle(2, 4, 6, 3, Color.Black);
        straight.FillRectangle(13, 2, 3, 6, Color.Black);

        Assert.That(turned.Frame.Pixels, Is.EqualTo(straight.Frame.Pixels).Within(1));
    }

    [Test]
    public void AGradientGoesFromOneColorToTheOther()
    {
        var canvas = new Canvas(11, 1, Color.White);

        canvas.FillRectangle(0, 0, 11, 1, Paint.Gradient(new(0.5f, 0), new(10.5f, 0), Color.FromRgb(0x0000FF), Color.FromRgb(0xFF0000)));

        Assert.That(canvas.Frame[0, 0], Is.EqualTo(((byte)0, (byte)0, (byte)255)));
        Assert.That(canvas.Frame[5, 0], Is.EqualTo(((byte)128, (byte)0, (byte)128)));
        Assert.That(canvas.Frame[10, 0], Is.EqualTo(((byte)255, (byte)0, (byte)0)));
    }

    [Test]
    public void EveryPrintableCharacterIsDrawnAndEachLooksDifferent()
    {
        var pictures = new Dictionary<string, char>();
        for (char character = '!'; character <= '~'; character++)
        {
            var canvas = new Canvas(30, 34, Color.White);
            canvas.DrawText(character.ToString(), new(4, 24), 20, Color.Black);
            string picture = Convert.ToHexString(canvas.Frame.Pixels);
            Assert.That(Covered(canvas), Is.GreaterThan(3), $"'{character}'");
            Assert.That(pictures.TryAdd(picture, character), Is.True, $"'{character}' looks as '{pictures.GetValueOrDefault(picture)}'");
        }
    }

    [Test]
    public void TextIsPlacedByItsAlignment()
    {
        float width = Canvas.MeasureText("MM", 14);
        var left = new Canvas(80, 30, Color.White);
        var center = new Canvas(80, 30, Color.White);
        var right = new Canvas(80, 30, Color.White);

        left.DrawText("MM", new(40, 22), 14, Color.Black);
        center.DrawText("MM", new(40 + width / 2, 22), 14, Color.Black, TextAlignment.Center);
        right.DrawText("MM", new(40 + width, 22), 14, Color.Black, TextAlignment.Right);

        Assert.That(center.Frame.Pixels, Is.EqualTo(left.Frame.Pixels).Within(2));
        Assert.That(right.Frame.Pixels, Is.EqualTo(left.Frame.Pixels).Within(2));
    }

    [Test]
    public void BadNumbersAreRefused()
    {
        var canvas = new Canvas(20, 20, Color.White);

        Assert.That(() => canvas.FillPolygon(Color.Black, new Vector2(0, 0), new Vector2(float.NaN, 1), new Vector2(2, 2)), Throws.ArgumentException.With.Message.Contains("not finite"));
        Assert.That(() => canvas.FillCircle(new(0, 0), 0, Color.Black), Throws.ArgumentException.With.Message.Contains("above 0"));
        Assert.That(() => canvas.DrawLine(new(0, 0), new(1, 1), -1, Color.Black), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("-1"));
        Assert.That(() => canvas.FillRectangle(0, 0, 0, 5, Color.Black), Throws.ArgumentException.With.Message.Contains("no area"));
        Assert.That(() => canvas.FillRectangle(0, 0, 10, 4, Color.Black, cornerRadius: 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 2"));
        Assert.That(() => canvas.DrawText("a", new(0, 0), 0, Color.Black), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("above 0"));
        Assert.That(() => canvas.SetClip(0, 0, -1, 5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Color.FromRgb(0x1000000), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Color.Black.WithOpacity(1.5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1.5"));
        Assert.That(() => Paint.Gradient(new(1, 1), new(1, 1), Color.Black, Color.White), Throws.ArgumentException.With.Message.Contains("two different points"));
        Assert.That(() => new Outline().LineTo(new(1, 1)), Throws.InvalidOperationException.With.Message.Contains("MoveTo"));
    }

    private static double Covered(Canvas canvas) => canvas.Frame.Pixels.Where((_, i) => i % 3 == 0).Sum(value => (255 - value) / 255.0);
}
