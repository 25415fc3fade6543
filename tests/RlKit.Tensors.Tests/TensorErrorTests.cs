using RlKit.Tensors;

namespace RlKit.Tests;

/// <summary>Bad input: the type and the message of what is thrown.</summary>
public class TensorErrorTests
{
    private static readonly Tensor Matrix = Tensor.Zeros([3, 4]);

    private static IEnumerable<TestCaseData> Mismatches()
    {
        yield return Case("Add", () => Matrix + Tensor.Zeros([3, 5]), "[3, 4]", "[3, 5]", "broadcast");
        yield return Case("Maximum", () => Tensor.Maximum(Matrix, Tensor.Zeros([5])), "[3, 4]", "[5]", "broadcast");
        yield return Case("Where", () => Tensor.Where(Tensor.Zeros([7]), Matrix, Matrix), "[7]", "[3, 4]", "broadcast");
        yield return Case("MatMul", () => Matrix.MatMul(Tensor.Zeros([5, 2])), "[3, 4]", "[5, 2]", "4 columns meet 5 rows");
        yield return Case("MatMul", () => Matrix.MatMul(Tensor.Zeros([2, 4])), "[3, 4]", "[2, 4]", "4 columns meet 2 rows");
        yield return Case("MatMul", () => Tensor.Zeros([2, 3, 4]).MatMul(Tensor.Zeros([3, 4, 5])), "[2, 3, 4]", "[3, 4, 5]", "batches");
        yield return Case("Linear", () => Matrix.Linear(Tensor.Zeros([8, 5])), "[3, 4]", "[8, 5]", "(out, in)");
        yield return Case("Linear", () => Matrix.Linear(Tensor.Zeros([8, 4]), Tensor.Zeros([7])), "[8, 4]", "[7]", "bias");
        yield return Case("Conv2d", () => Tensor.Zeros([1, 2, 5, 5]).Conv2d(Tensor.Zeros([4, 3, 3, 3])), "[1, 2, 5, 5]", "[4, 3, 3, 3]", "channels");
        yield return Case("Conv2d", () => Tensor.Zeros([1, 2, 5, 5]).Conv2d(Tensor.Zeros([4, 2, 7, 7])), "[1, 2, 5, 5]", "[4, 2, 7, 7]", "larger");
        yield return Case("Reshape", () => Matrix.Reshape(5, 2), "[3, 4]", "[5, 2]", "elements");
        yield return Case("Expand", () => Matrix.Expand([3, 5]), "[3, 4]", "[3, 5]", "broadcast");
        yield return Case("Concat", () => Tensor.Concat(0, Matrix, Tensor.Zeros([3, 5])), "[3, 4]", "[3, 5]", "axis");
        yield return Case("Stack", () => Tensor.Stack(0, Matrix, Tensor.Zeros([3, 5])), "[3, 4]", "[3, 5]", "differ");
        yield return Case("MeanSquaredError", () => Loss.MeanSquaredError(Matrix, Tensor.Zeros([3, 1])), "[3, 4]", "[3, 1]", "differ");
        yield return Case("CrossEntropy", () => Loss.CrossEntropy(Matrix, IndexTensor.From([1, 2])), "[3, 4]", "[2]", "classes");
        yield return Case("GatherRows", () => Matrix.GatherRows(IndexTensor.From([1, 2])), "[3, 4]", "[2]", "fit");
        yield return Case("Gather", () => Matrix.Gather(1, IndexTensor.From([1, 2])), "[3, 4]", "[2]", "rank");
        yield return Case("LayerNorm", () => Matrix.LayerNorm(1, Tensor.Zeros([3])), "[3, 4]", "[3]", "last");
        yield return Case("Lstm", () => Recurrence.Lstm(Tensor.Zeros([5, 2, 3]), Tensor.Zeros([2, 4]), Tensor.Zeros([2, 4]), Tensor.Zeros([12, 3]), Tensor.Zeros([16, 4])).Output, "[16, 3]", "[12, 3]", "inputWeight");

        static TestCaseData Case(string operation, Func<Tensor> call, params string[] parts) => new TestCaseData(operation, call, parts).SetArgDisplayNames($"{operation} {string.Join(' ', parts)}");
    }

    [TestCaseSource(nameof(Mismatches))]
    public void Shapes_that_do_not_fit_are_both_named_with_the_operation(string operation, Func<Tensor> call, string[] parts)
    {
        var exception = Assert.Throws<ArgumentException>(() => call());
        Assert.That(exception!.Message, Does.StartWith(operation + ":"));
        foreach (string part in parts) Assert.That(exception.Message, Does.Contain(part));
    }

    [Test]
    public void A_wrong_axis_is_named_with_the_shape()
    {
        Action[] calls = [() => Matrix.Sum(2), () => Matrix.Max(-3), () => Matrix.Softmax(5), () => Matrix.Slice(2, 0, 1), () => Matrix.ArgMax(2), () => Tensor.Concat(2, Matrix), () => Matrix.Transpose(0, 2), () => Matrix.Unsqueeze(4)];
        foreach (Action call in calls)
        {
            var exception = Assert.Throws<ArgumentOutOfRangeException>(() => call());
            Assert.That(exception!.Message, Does.Contain("[3, 4]"));
            Assert.That(exception.ParamName, Does.StartWith("axis"));
        }

        Assert.That(() => Tensor.Scalar(1).Sum(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("scalar"));
    }

    [Test]
    public void An_index_out_of_range_is_named_with_its_position_and_the_axis()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Matrix.Gather(1, IndexTensor.From([0, 4], [2, 1])));
        Assert.That(exception!.Message, Does.Contain("Gather").And.Contain("position 1").And.Contain("axis 1").And.Contain("[3, 4]").And.Contain("length is 4"));
        Assert.That(exception.ActualValue, Is.EqualTo(4));
        Assert.That(() => Matrix.IndexSelect(0, IndexTensor.From([-1])), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("IndexSelect"));
        Assert.That(() => Matrix.ScatterAdd(0, IndexTensor.From([3], [1, 1]), Tensor.Ones([1, 1])), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("ScatterAdd"));
        Assert.That(() => Loss.CrossEntropy(Matrix, IndexTensor.From([0, 1, 4])), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("CrossEntropy"));
        Assert.That(() => IndexTensor.From([0, 5]).OneHot(5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("5 classes"));
    }

    [Test]
    public void Backward_wants_one_element_that_was_recorded()
    {
        Tensor leaf = Tensor.Ones([2, 3]).RequireGrad();
        Assert.That(() => (leaf * 2).Backward(), Throws.InvalidOperationException.With.Message.Contains("[2, 3]").And.Message.Contains("Sum() or Mean()"));
        Assert.That(() => Matrix.Sum().Backward(), Throws.InvalidOperationException.With.Message.Contains("requires a gradient"));
        Assert.That(() => Matrix.Grad, Throws.InvalidOperationException.With.Message.Contains("RequireGrad()"));
        Assert.That(() => (leaf * 2).RequireGrad(), Throws.InvalidOperationException.With.Message.Contains("Detach()"));
        Assert.That(() => Autograd.Gradient(leaf.Sum(), Matrix), Throws.InvalidOperationException.With.Message.Contains("[3, 4]"));
    }

    [Test]
    public void Values_and_spans_agree_in_length()
    {
        Assert.That(() => Tensor.From([1, 2, 3], [2, 2]), Throws.ArgumentException.With.Message.Contains("[2, 2]").And.Message.Contains("3 values"));
        Assert.That(() => Matrix.CopyTo(new float[5]), Throws.ArgumentException.With.Message.Contains("12").And.Message.Contains('5'));
        Assert.That(() => Matrix.CopyFrom(new float[5]), Throws.ArgumentException);
        Assert.That(() => Matrix.CopyFrom(Tensor.Zeros([4, 3])), Throws.ArgumentException.With.Message.Contains("[4, 3]"));
        Assert.That(() => Matrix.Item(), Throws.InvalidOperationException.With.Message.Contains("[3, 4]"));
        Assert.That(() => new Shape(1, 2, 3, 4, 5, 6, 7), Throws.ArgumentException.With.Message.Contains("at most 6"));
        Assert.That(() => new Shape(1, -2), Throws.ArgumentException.With.Message.Contains("-2"));
        Assert.That(() => new Shape(1 << 20, 1 << 20), Throws.ArgumentException.With.Message.Contains("at most"));
        Assert.That(() => Tensor.Zeros([0]).Max(), Throws.InvalidOperationException);
        Assert.That(() => Matrix.Clamp(2, 1), Throws.ArgumentException);
        Assert.That(() => Matrix.Dropout(1, new Generator(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Matrix.Permute(0, 0), Throws.ArgumentException);
    }

    [Test]
    public void Parameters_are_made_outside_scopes_and_named_once()
    {
        using var scope = new TensorScope();
        Assert.That(() => ParameterBuffer.Pack([new("w", Tensor.Zeros([2]))]), Throws.ArgumentException.With.Message.Contains("'w'").And.Message.Contains("TensorScope"));
        Tensor one = Matrix.Keep();
        Assert.That(() => ParameterBuffer.Pack([new("w", one), new("w", Matrix)]), Throws.ArgumentException.With.Message.Contains("'w'"));
        Assert.That(() => ParameterBuffer.Pack([new("a", one), new("b", one)]), Throws.ArgumentException.With.Message.Contains("one tensor"));
        Assert.That(() => ParameterBuffer.Pack([]), Throws.ArgumentException);
    }
}
