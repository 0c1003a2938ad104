#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"
#include "core/inbox/source/EntriesPage.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

// What strict parsing costs beside the library's own parsing of the same text in the same run, and whether
// twice the text costs twice: for shapes that a hostile sender would choose, and for the relay's pages. Both
// ratios are what counts; the times are this machine's. usage: bench_json [BYTES]

using namespace countersign;

namespace {

constexpr int rounds = 7;

double milliseconds(const std::function<bool()>& work)
{
    double best = 1e9;
    for (int i = 0; i < rounds; ++i) {
        QElapsedTimer timer;
        timer.start();
        if (!work()) {
            std::abort();
        }
        best = std::min(best, static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    return best;
}

std::string repeated(std::size_t bytes, const std::string& open, const std::function<std::string(int)>& piece,
                     const std::string& close)
{
    std::string text = open;
    for (int i = 0; text.size() < bytes; ++i) {
        text += (i == 0 ? "" : ",") + piece(i);
    }
    return text + close;
}

std::string entry(int i)
{
    return R"({"seq":)" + std::to_string(i + 1) +
           R"(,"kind":"webhook","receivedAt":"2026-02-03T12:00:00.000Z","headers":{"x-dynamic-signature-256":"s"},)"
           R"("bodyBase64":")" +
           toBase64(Bytes(6000, 0x5a)) + "\"}";
}

struct Shape
{
    const char* name;
    std::function<std::string(std::size_t)> make;
};

void measure(const Shape& shape, std::size_t bytes)
{
    constexpr JsonLimits limits{
        .maxBytes = 1U << 30U, .maxDepth = 64, .maxValues = 100'000'000, .maxMembers = 100'000'000};
    const std::string once = shape.make(bytes);
    const std::string twice = shape.make(2 * bytes);
    const double strict = milliseconds([&] { return parseJson(once, limits).has_value(); });
    const double strictTwice = milliseconds([&] { return parseJson(twice, limits).has_value(); });
    // Its builder looks every member up among those before it; nlohmann::json sorts instead.
    const double library = milliseconds([&] { return !nlohmann::json::parse(once).is_discarded(); });
    std::printf("%-24s %8.2f ms strict, %8.2f ms library: ratio %.2f; twice the text: %.2f\n", shape.name,
                strict, library, strict / library, strictTwice / strict);
}

void measurePage(std::size_t bytes)
{
    const auto page = [](std::size_t size) {
        std::string text = repeated(size, R"({"entries":[)", entry, "]");
        const auto entries = std::count(text.begin(), text.end(), '{') / 2;
        return text + R"(,"cursor":)" + std::to_string(entries) + "}";
    };
    const std::string once = page(bytes);
    const std::string twice = page(2 * bytes);
    const auto read = [](const std::string& text) {
        return parseEntriesPage(asBytes(text), {}, 1'000'000).has_value();
    };
    const double ours = milliseconds([&] { return read(once); });
    const double oursTwice = milliseconds([&] { return read(twice); });
    const double library = milliseconds([&] { return !nlohmann::json::parse(once).is_discarded(); });
    std::printf("%-24s %8.2f ms decoded, %7.2f ms library: ratio %.2f; twice the text: %.2f\n",
                "page of the relay", ours, library, ours / library, oursTwice / ours);
}

}  // namespace

int main(int argc, char** argv)
{
    const std::size_t bytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 2'300'000;
    const std::vector<Shape> shapes = {
        {"array of objects",
         [](std::size_t size) {
             return repeated(
                 size, "[", [](int) { return std::string("{}"); }, "]");
         }},
        {"array of arrays",
         [](std::size_t size) {
             return repeated(
                 size, "[", [](int) { return std::string("[0]"); }, "]");
         }},
        {"object of many members",
         [](std::size_t size) {
             return repeated(
                 size, "{", [](int i) { return "\"m" + std::to_string(i) + "\":{}"; }, "}");
         }},
        {"numbers",
         [](std::size_t size) {
             return repeated(
                 size, "[", [](int i) { return std::to_string(i); }, "]");
         }},
        {"small objects",
         [](std::size_t size) {
             return repeated(
                 size, "[", [](int i) { return R"({"a":1,"b":"x","c":[)" + std::to_string(i) + "]}"; }, "]");
         }},
        {"one long text", [](std::size_t size) { return "\"" + std::string(size, 'x') + "\""; }},
    };
    for (const Shape& shape : shapes) {
        measure(shape, bytes);
    }
    measurePage(bytes);
    return 0;
}
