#include "core/meaning/descriptors/files/DescriptorFiles.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/JsonSlices.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace countersign::meaning {

namespace {

struct DescriptorFilesText
{
    Q_DECLARE_TR_FUNCTIONS(DescriptorFilesText)
};

constexpr std::uintmax_t maxFileBytes = 1'048'576;
constexpr std::uintmax_t maxAllBytes = 256 * maxFileBytes;
constexpr std::size_t maxFiles = 20'000;
constexpr std::size_t maxIncludes = 8;
constexpr std::size_t maxAttestations = 8;  // of one descriptor
constexpr JsonLimits jsonLimits{
    .maxBytes = maxFileBytes, .maxDepth = 48, .maxValues = 100'000, .maxMembers = 5'000};

tl::unexpected<Error> invalidDescriptor(const QString& detail)
{
    return failure(ErrorCode::InvalidInput, DescriptorFilesText::tr("This descriptor cannot be used."),
                   detail);
}

/// Test cases lie beside the descriptors of the registry.
bool isOther(const std::filesystem::path& folder)
{
    const std::string name = folder.filename().string();
    return name.starts_with('.') || name == "tests" || name == "testsv2";
}

bool isAttestation(const std::filesystem::path& file)
{
    return file.parent_path().filename() == "sigs";
}

/// A look at the outermost members alone.
bool looksLikeDescriptor(std::string_view text)
{
    bool isOne = false;
    sliceJsonObject(text, [&](std::string_view name, std::string_view) {
        isOne = isOne || name == "context" || name == "display" || name == "includes";
        return !isOne;
    });
    return isOne;
}

std::optional<std::string> contentOf(const std::filesystem::path& path, std::uintmax_t size)
{
    std::string text(static_cast<std::size_t>(size), '\0');
    std::ifstream stream(path, std::ios::binary);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    return stream.gcount() == static_cast<std::streamsize>(size) ? std::optional(std::move(text))
                                                                 : std::nullopt;
}

/// "registry/a/../b/c.json" → "registry/b/c.json"; nothing where it would leave the folder, and for URLs.
std::optional<std::string> placeOfInclude(std::string_view from, std::string_view included)
{
    if (included.empty() || included.starts_with('/') || included.find('\\') != std::string_view::npos ||
        included.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    std::vector<std::string_view> parts;
    const auto add = [&](std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('/'), text.size());
            const std::string_view part = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            if (part == ".." && parts.empty()) {
                return false;
            }
            if (part == "..") {
                parts.pop_back();
            } else if (!part.empty() && part != ".") {
                parts.push_back(part);
            }
        }
        return true;
    };
    const std::size_t slash = from.rfind('/');
    if (!add(slash == std::string_view::npos ? std::string_view() : from.substr(0, slash)) ||
        !add(included)) {
        return std::nullopt;
    }
    std::string name;
    for (const std::string_view part : parts) {
        name += (name.empty() ? "" : "/") + std::string(part);
    }
    return name;
}

/// Of the schema it names; 2 where it names none that can be told.
int majorVersionOf(const Json& json)
{
    const auto schema = optionalString(json, "$schema");
    constexpr std::string_view marker = "erc7730-v";
    const std::size_t at = schema && *schema ? (*schema)->find(marker) : std::string::npos;
    if (at == std::string::npos) {
        return 2;
    }
    const std::size_t digit = at + marker.size();
    const std::string& text = **schema;
    const bool isSingle = digit < text.size() && text[digit] >= '1' && text[digit] <= '9' &&
                          (digit + 1 == text.size() || text[digit + 1] < '0' || text[digit + 1] > '9');
    return isSingle ? text[digit] - '0' : 99;
}

const Json* presentMember(const Json& json, const char* name)
{
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found == json.end() ? nullptr : &*found;
}

/// Fields of one path are one field; others are added behind.
void mergeFields(Json& included, const Json& including)
{
    for (const Json& field : including) {
        const Json* path = presentMember(field, "path");
        Json* same = nullptr;
        for (Json& candidate : included) {
            const Json* other = path != nullptr ? presentMember(candidate, "path") : nullptr;
            if (same == nullptr && other != nullptr && *other == *path) {
                same = &candidate;
            }
        }
        if (same != nullptr) {
            *same = mergedDescriptor(std::move(*same), field);
        } else {
            included.push_back(field);
        }
    }
}

}  // namespace

Json mergedDescriptor(Json included, const Json& including)
{
    if (!included.is_object() || !including.is_object()) {
        return including;
    }
    for (const auto& [name, value] : including.items()) {
        const auto found = included.find(name);
        if (found == included.end()) {
            included[name] = value;
        } else if (name == "fields" && found->is_array() && value.is_array()) {
            mergeFields(*found, value);
        } else {
            *found = mergedDescriptor(std::move(*found), value);
        }
    }
    return included;
}

Result<DescriptorFiles> DescriptorFiles::read(const std::filesystem::path& folder)
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        return failure(ErrorCode::NotFound,
                       DescriptorFilesText::tr("The folder of descriptors is not there."),
                       QString::fromStdString(folder.string()));
    }
    DescriptorFiles files;
    std::uintmax_t bytes = 0;
    std::size_t count = 0;
    fs::recursive_directory_iterator entry(folder, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        // Of links nothing is asked but whether they are links; the rest is known without asking again.
        const bool isLink = entry->is_symlink(error);
        const bool isFolder = !isLink && entry->is_directory(error);
        if (isFolder && (isOther(entry->path()) || entry.depth() >= 16)) {
            entry.disable_recursion_pending();
        }
        if (error || isFolder || entry->path().extension() != ".json") {
            continue;
        }
        const bool isFile = !isLink && entry->is_regular_file(error);
        const std::uintmax_t size = isFile ? entry->file_size(error) : maxFileBytes + 1;
        const bool isReadable = !error && size <= maxFileBytes;
        bytes += isReadable ? size : 0;
        if (++count > maxFiles || bytes > maxAllBytes) {
            return failure(
                ErrorCode::InvalidInput,
                DescriptorFilesText::tr(
                    "The folder of descriptors holds too much: at most 20,000 files and 256 MiB."));
        }
        auto text = isReadable ? contentOf(entry->path(), size) : std::nullopt;
        const fs::path name = entry->path().lexically_relative(folder);
        if (text && isAttestation(name)) {
            files.addAttestation(name, *std::move(text));
        } else if (text && looksLikeDescriptor(*text)) {
            files.m_files.push_back({name.generic_string(), *std::move(text)});
        } else {
            ++files.m_passedOver;
        }
    }
    if (error) {
        return failure(ErrorCode::Storage,
                       DescriptorFilesText::tr("The folder of descriptors cannot be read."),
                       QString::fromStdString(error.message()));
    }
    std::ranges::sort(files.m_files, {}, &File::name);
    return files;
}

std::optional<std::size_t> DescriptorFiles::find(std::string_view name) const
{
    const auto found = std::ranges::lower_bound(m_files, name, {},
                                                [](const File& file) { return std::string_view(file.name); });
    return found != m_files.end() && found->name == name
               ? std::optional(static_cast<std::size_t>(found - m_files.begin()))
               : std::nullopt;
}

Result<Json> DescriptorFiles::load(std::size_t file, std::vector<std::size_t>& chain,
                                   std::vector<Source>& sources) const
{
    const File& own = m_files[file];
    if (chain.size() >= maxIncludes || std::ranges::find(chain, file) != chain.end()) {
        return invalidDescriptor(QStringLiteral("it includes itself, or others too deeply"));
    }
    chain.push_back(file);
    sources.push_back({Source::Kind::Erc7730, own.name, toHex(sha256(asBytes(own.text)))});
    ASSIGN_OR_RETURN(Json json, parseJson(own.text, jsonLimits));
    if (!json.is_object() || majorVersionOf(json) > 2) {
        return invalidDescriptor(QStringLiteral("no object, or of a later version of the schema"));
    }
    ASSIGN_OR_RETURN(const auto includes, optionalString(json, "includes"));
    if (!includes) {
        return json;
    }
    const auto name = placeOfInclude(own.name, *includes);
    const auto included = name ? find(*name) : std::nullopt;
    if (!included) {
        return invalidDescriptor(QStringLiteral("what it includes is not in the folder"));
    }
    return load(*included, chain, sources).map([&](Json base) {
        return mergedDescriptor(std::move(base), json);
    });
}

void DescriptorFiles::addAttestation(const std::filesystem::path& name, std::string text)
{
    const std::string own = name.filename().string();
    const std::string stem = own.substr(0, own.find(".eip155-"));
    const std::string descriptor = (name.parent_path().parent_path() / (stem + ".json")).generic_string();
    auto& texts = m_attestations[descriptor];
    if (text.size() <= maxAttestationBytes) {
        texts.emplace(own, std::move(text));
    } else {
        ++m_passedOver;
    }
    // The first by name: every desk with this folder keeps the same ones.
    if (texts.size() > maxAttestations) {
        texts.erase(std::prev(texts.end()));
        ++m_passedOver;
    }
}

void DescriptorFiles::judgeAttestations(std::size_t file, DescriptorDocument& document) const
{
    const auto texts = m_attestations.find(m_files[file].name);
    if (texts == m_attestations.end()) {
        return;
    }
    const auto own = parseJson(m_files[file].text, jsonLimits);
    Json merged = document.json;
    const bool hasIncludes = merged.erase("includes") > 0;
    const auto hash = own ? descriptorHash(*own) : std::nullopt;
    const auto mergedHash = hasIncludes ? descriptorHash(merged) : std::nullopt;
    for (const auto& [name, text] : texts->second) {
        auto attestation = hash ? verifiedAttestation(text, *hash) : invalidDescriptor(QString());
        if (attestation) {
            attestation->coversIncludes = !hasIncludes;
        } else if (mergedHash) {
            attestation = verifiedAttestation(text, *mergedHash);
        }
        if (attestation) {
            document.attestations.push_back(*attestation);
        } else {
            ++document.falseAttestations;
        }
    }
}

Result<DescriptorDocument> DescriptorFiles::document(std::size_t file) const
{
    std::vector<std::size_t> chain;
    DescriptorDocument document;
    ASSIGN_OR_RETURN(document.json, load(file, chain, document.sources));
    judgeAttestations(file, document);
    return document;
}

}  // namespace countersign::meaning
