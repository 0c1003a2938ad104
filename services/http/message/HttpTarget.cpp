#include "services/http/message/HttpTarget.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::http {

namespace {

struct HttpTargetText
{
    Q_DECLARE_TR_FUNCTIONS(HttpTargetText)
};

tl::unexpected<Error> badTarget(const char* detail)
{
    return failure(ErrorCode::InvalidInput, HttpTargetText::tr("The address of the request is malformed."),
                   QString::fromLatin1(detail));
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool isUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toUtf8() ==
           QByteArrayView(text.data(), static_cast<qsizetype>(text.size()));
}

bool isUsableSegment(std::string_view segment)
{
    const bool forbidden = std::any_of(segment.begin(), segment.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '/' || c == '\\' || byte < 0x20 || byte == 0x7f;
    });
    return !forbidden && segment != "." && segment != ".." && isUtf8(segment);
}

/// "http://host/path?query" to "/path?query"; the authority is not used, Host was checked already.
std::string_view toOriginForm(std::string_view target)
{
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.size() > scheme.size() &&
            std::equal(scheme.begin(), scheme.end(), target.begin(), [](char a, char b) {
                return a == b || (b >= 'A' && b <= 'Z' && a == b - 'A' + 'a');
            })) {
            const std::size_t authorityEnd = target.find_first_of("/?", scheme.size());
            return authorityEnd == std::string_view::npos ? std::string_view("/")
                                                          : target.substr(authorityEnd);
        }
    }
    return target;
}

Status readSegments(std::string_view path, std::vector<std::string>& segments)
{
    if (path == "/") {
        return {};
    }
    std::size_t start = 1;
    while (start <= path.size()) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        ASSIGN_OR_RETURN(auto segment, percentDecode(path.substr(start, end - start)));
        if (!isUsableSegment(segment)) {
            return badTarget("forbidden path segment");
        }
        segments.push_back(std::move(segment));
        start = end + 1;
    }
    return {};
}

Result<std::string> decodeQueryPart(std::string_view text)
{
    std::string spaced(text);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percentDecode(spaced);
}

Status readQuery(std::string_view text, std::vector<std::pair<std::string, std::string>>& query)
{
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('&', start), text.size());
        const std::string_view pair = text.substr(start, end - start);
        start = end + 1;
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = decodeQueryPart(pair.substr(0, equals));
        auto value = decodeQueryPart(equals == pair.size() ? std::string_view() : pair.substr(equals + 1));
        if (!name || !value) {
            return badTarget("broken percent escape in the query");
        }
        query.emplace_back(std::move(*name), std::move(*value));
    }
    return {};
}

}  // namespace

Result<std::string> percentDecode(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return badTarget("broken percent escape");
        }
        decoded.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return decoded;
}

Result<HttpTarget> parseHttpTarget(std::string_view target)
{
    target = toOriginForm(target);
    std::string withRoot;
    if (target.starts_with('?')) {
        withRoot = "/" + std::string(target);
        target = withRoot;
    }
    if (!target.starts_with('/')) {
        return badTarget("neither origin form nor absolute form");
    }
    if (target.find('#') != std::string_view::npos) {
        return badTarget("a fragment does not belong here");
    }
    HttpTarget result;
    const std::size_t question = std::min(target.find('?'), target.size());
    result.path = target.substr(0, question);
    RETURN_IF_ERROR(readSegments(result.path, result.segments));
    if (question < target.size()) {
        RETURN_IF_ERROR(readQuery(target.substr(question + 1), result.query));
    }
    return result;
}

std::optional<std::string_view> HttpTarget::parameter(std::string_view name) const
{
    if (parameterCount(name) != 1) {
        return std::nullopt;
    }
    const auto found =
        std::find_if(query.begin(), query.end(), [name](const auto& pair) { return pair.first == name; });
    return found->second;
}

std::size_t HttpTarget::parameterCount(std::string_view name) const
{
    return static_cast<std::size_t>(
        std::count_if(query.begin(), query.end(), [name](const auto& pair) { return pair.first == name; }));
}

}  // namespace countersign::http
