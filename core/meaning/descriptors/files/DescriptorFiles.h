#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/meaning/Meaning.h"
#include "core/meaning/descriptors/files/DescriptorAttestation.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::meaning {

/// A descriptor as it is used: its file and what it includes, merged.
struct DescriptorDocument
{
    Json json;
    std::vector<Source> sources;                      ///< the file, then what it includes
    std::vector<DescriptorAttestation> attestations;  ///< that are what they say
    std::size_t falseAttestations = 0;                ///< that are not
};

/// The JSON files of a folder, each read once and then kept as text, so that what they say cannot change
/// under way and nothing is opened while something is explained. An included file is one of these files:
/// there is no way out of the folder. Constant once it is read, and safe to use from several threads.
class DescriptorFiles
{
public:
    struct File
    {
        std::string name;  ///< relative to the folder, with slashes
        std::string text;
    };

    /// What lies in a folder "sigs" beside a descriptor are its attestations, eight of them at most: files of
    /// its name, a dot, and what the registry appends ("calldata-x.eip155-1-0x….json").
    /// Files of more than 1 MiB, links, and JSON that has neither context nor display are passed over and
    /// counted. NotFound for a folder that is not there; InvalidInput for more than 20,000 JSON files or 256
    /// MiB of them; Storage where it cannot be read.
    static Result<DescriptorFiles> read(const std::filesystem::path& folder);

    const std::vector<File>& files() const { return m_files; }
    std::size_t passedOver() const { return m_passedOver; }

    /// Parsed strictly, with its includes merged into it (ERC-7730, "Organizing files": what includes wins;
    /// fields of one path are merged). InvalidInput for includes that are not in the folder, in a circle or
    /// more than 8 deep, and for versions of the schema later than 2.
    Result<DescriptorDocument> document(std::size_t file) const;

private:
    Result<Json> load(std::size_t file, std::vector<std::size_t>& chain, std::vector<Source>& sources) const;
    std::optional<std::size_t> find(std::string_view name) const;

    void addAttestation(const std::filesystem::path& name, std::string text);
    void judgeAttestations(std::size_t file, DescriptorDocument& document) const;

    std::vector<File> m_files;  ///< sorted by name
    /// By the descriptor's name, and then by their own.
    std::map<std::string, std::map<std::string, std::string>, std::less<>> m_attestations;
    std::size_t m_passedOver = 0;
};

/// included, with what including says put over it.
Json mergedDescriptor(Json included, const Json& including);

}  // namespace countersign::meaning
