import { describe, expect, test } from "vitest";
import { makePrinter, type Printer, type PrinterOptions } from "./printer.ts";

function printed(options: Partial<PrinterOptions>, act: (printer: Printer) => void): { out: string; err: string } {
  let out = "";
  let err = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  act(makePrinter({ json: false, quiet: false, verbose: false, ...options }, streams));
  return { out, err };
}

function everything(printer: Printer): void {
  printer.result("result");
  printer.note("note");
  printer.detail("detail");
  printer.error({ code: "unauthorized", message: "No.", hint: "Yes.", retryable: false }, "bot");
}

const ERROR = "error[unauthorized]: bot: No.\n  hint: Yes.\n";

describe("a printer", () => {
  test.each([
    { options: {}, out: "result\n", err: `note\n${ERROR}` },
    { options: { verbose: true }, out: "result\n", err: `note\ndetail\n${ERROR}` },
    { options: { quiet: true }, out: "", err: ERROR },
    { options: { json: true }, out: "", err: `note\n${ERROR}` },
    { options: { resultsToErr: true }, out: "", err: `result\nnote\n${ERROR}` },
  ])("with $options keeps standard output for results", ({ options, out, err }) => {
    expect(printed(options, everything)).toEqual({ out, err });
  });

  test("I8: hides the token in every form and on both streams", () => {
    const token = 'a/b+"c';
    const { out, err } = printed({}, (printer) => {
      printer.hide(null);
      printer.hide(token);
      printer.result(`raw ${token}`);
      printer.object({ token });
      printer.text(`encoded ${encodeURIComponent(token)}\n`);
      printer.note(`base64 ${Buffer.from(token).toString("base64")}`);
      printer.error({ code: "internal", message: token, hint: token, retryable: false });
    });
    expect(out).toBe('raw ***\n{"token":"***"}\nencoded ***\n');
    expect(err).toBe("base64 ***\nerror[internal]: ***\n  hint: ***\n");
  });

  test("a status line is replaced, and removed by whatever is printed; without a terminal there is none", () => {
    const act = (printer: Printer): void => {
      printer.status("10 %");
      printer.status("20 %");
      printer.note("note");
      printer.status("30 %");
      printer.result("result");
      printer.status(null);
    };
    const clear = "\r\u001b[2K";
    expect(printed({ canRedraw: true }, act)).toEqual({ out: "result\n", err: `10 %${clear}20 %${clear}note\n30 %${clear}` });
    expect(printed({}, act)).toEqual({ out: "result\n", err: "note\n" });
    expect(printed({ canRedraw: true, quiet: true }, act)).toEqual({ out: "", err: "" });
  });

  test("colours marks only, on the streams that show colours", () => {
    const act = (printer: Printer): void => {
      everything(printer);
      printer.result(" x", { text: "ok", colour: "green" });
    };
    const { out, err } = printed({ colours: { out: true, err: true } }, act);
    expect(out).toBe("result\n\u001b[32mok\u001b[0m x\n");
    expect(err).toBe("note\n\u001b[31merror[unauthorized]:\u001b[0m bot: No.\n  \u001b[2mhint:\u001b[0m Yes.\n");
    expect(printed({}, act)).toEqual({ out: "result\nok x\n", err: `note\n${ERROR}` });
  });

  test("keeps a server's text on one line and from being read as a command of a CI or a terminal", () => {
    const { out } = printed({}, (printer) => {
      printer.result("+\ta line of a diff");
      printer.result("no such table\r\n::set-output name=x::y\n##[group]z \u001b[31mred");
      printer.result("::warning::x");
    });
    expect(out).toBe("+\ta line of a diff\nno such table | ::set-output name=x::y | ## [group]z ?[31mred\n: :warning::x\n");
  });
});
