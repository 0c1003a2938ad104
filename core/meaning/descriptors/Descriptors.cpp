#include "core/meaning/descriptors/Descriptors.h"

#include "core/base/encoding/JsonSlices.h"
#include "core/meaning/descriptors/DescriptorExplanation.h"
#include "core/meaning/descriptors/binding/DescriptorBinding.h"
#include "core/meaning/descriptors/files/DescriptorFiles.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <unordered_map>

namespace countersign::meaning {

namespace {

constexpr std::size_t maxKept = 256;  // parsed descriptors

/// What the outermost members of a file say, without parsing the rest.
struct Outline
{
    std::string_view context;
    bool hasIncludes = false;
};

Outline outlineOf(std::string_view text)
{
    Outline outline;
    sliceJsonObject(text, [&](std::string_view name, std::string_view value) {
        outline.context = name == "context" ? value : outline.context;
        outline.hasIncludes = outline.hasIncludes || name == "includes";
        return true;
    });
    return outline;
}

constexpr JsonLimits contextLimits{
    .maxBytes = 1'048'576, .maxDepth = 48, .maxValues = 100'000, .maxMembers = 5'000};

}  // namespace

/// The parsed descriptors are the only thing that changes, behind a lock.
struct Descriptors::Index
{
    using Places = std::unordered_map<std::string, std::vector<std::size_t>>;

    DescriptorFiles files;
    Places calls;
    Places messages;
    std::mutex mutex;
    std::unordered_map<std::size_t, std::shared_ptr<const ParsedDescriptor>> parsed;

    void build();
    /// Null for one that cannot be used.
    std::shared_ptr<const ParsedDescriptor> at(std::size_t file);
    std::vector<std::shared_ptr<const ParsedDescriptor>> found(const Places& places,
                                                               const std::vector<std::string>& keys);
};

void Descriptors::Index::build()
{
    for (std::size_t i = 0; i < files.files().size(); ++i) {
        const Outline outline = outlineOf(files.files()[i].text);
        Json context = parseJson(outline.context, contextLimits).value_or(Json());
        auto asCall = bindingKeysOf(context, false);
        auto asMessage = bindingKeysOf(context, true);
        if (asCall.empty() && asMessage.empty() && outline.hasIncludes) {
            const auto document = files.document(i);
            context = document && document->json.contains("context") ? document->json["context"] : Json();
            asCall = bindingKeysOf(context, false);
            asMessage = bindingKeysOf(context, true);
        }
        for (const std::string& key : asCall) {
            calls[key].push_back(i);
        }
        for (const std::string& key : asMessage) {
            messages[key].push_back(i);
        }
    }
}

std::shared_ptr<const ParsedDescriptor> Descriptors::Index::at(std::size_t file)
{
    const std::lock_guard lock(mutex);
    if (const auto known = parsed.find(file); known != parsed.end()) {
        return known->second;
    }
    auto document = files.document(file);
    auto descriptor = document ? std::make_shared<const ParsedDescriptor>(*std::move(document)) : nullptr;
    if (parsed.size() >= maxKept) {
        parsed.clear();
    }
    parsed.emplace(file, descriptor);
    return descriptor;
}

std::vector<std::shared_ptr<const ParsedDescriptor>> Descriptors::Index::found(
    const Places& places, const std::vector<std::string>& keys)
{
    std::vector<std::size_t> indexes;
    for (const std::string& key : keys) {
        const auto place = places.find(key);
        if (place != places.end()) {
            indexes.insert(indexes.end(), place->second.begin(), place->second.end());
        }
    }
    std::ranges::sort(indexes);
    indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
    std::vector<std::shared_ptr<const ParsedDescriptor>> descriptors;
    for (const std::size_t index : indexes) {
        if (auto descriptor = at(index)) {
            descriptors.push_back(std::move(descriptor));
        }
    }
    return descriptors;
}

Descriptors::Descriptors() = default;
Descriptors::~Descriptors() = default;

Result<std::unique_ptr<Descriptors>> Descriptors::open(const std::filesystem::path& folder)
{
    ASSIGN_OR_RETURN(auto files, DescriptorFiles::read(folder));
    std::unique_ptr<Descriptors> descriptors(new Descriptors());
    descriptors->m_index = std::make_unique<Index>();
    descriptors->m_index->files = std::move(files);
    descriptors->m_index->build();
    return descriptors;
}

std::size_t Descriptors::size() const
{
    return m_index->files.files().size();
}

std::optional<Meaning> Descriptors::explain(const EvmCall& call, const Knowledge& knowledge) const
{
    // What code does with the caller's own storage is not what its descriptor says of it.
    if (!call.chainId || call.isDelegate) {
        return std::nullopt;
    }
    std::vector<Meaning> meanings;
    for (const auto& descriptor : m_index->found(m_index->calls, {deploymentKey(*call.chainId, call.to)})) {
        if (auto meaning = explainCallBy(*descriptor, call, knowledge)) {
            meanings.push_back(*std::move(meaning));
        }
    }
    return preferred(std::move(meanings));
}

std::optional<Meaning> Descriptors::explain(const Json& typedData, const std::optional<EvmAddress>& from,
                                            const Knowledge& knowledge) const
{
    const auto message = DescribedMessage::read(typedData);
    if (!message) {
        return std::nullopt;
    }
    std::vector<Meaning> meanings;
    for (const auto& descriptor : m_index->found(m_index->messages, bindingKeysOf(message->domain))) {
        if (auto meaning = explainMessageBy(*descriptor, *message, from, knowledge)) {
            meanings.push_back(*std::move(meaning));
        }
    }
    return preferred(std::move(meanings));
}

void addDescriptorWords(Meaning& meaning, std::optional<Meaning> described)
{
    const auto isDescriptor = [](const Source& source) { return source.kind == Source::Kind::Erc7730; };
    if (!described || std::ranges::any_of(meaning.sources, isDescriptor)) {
        return;
    }
    std::ranges::move(described->fields, std::back_inserter(meaning.fields));
    std::ranges::copy_if(described->sources, std::back_inserter(meaning.sources), isDescriptor);
}

}  // namespace countersign::meaning
