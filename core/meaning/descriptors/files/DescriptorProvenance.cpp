#include "core/meaning/descriptors/files/DescriptorProvenance.h"

#include "core/crypto/keys/Address.h"
#include "core/meaning/descriptors/display/DescriptorNumbers.h"

#include <string>

namespace countersign::meaning {

namespace {

std::string nameOfFile(const DescriptorDocument& document)
{
    return document.sources.empty() ? std::string("the descriptor") : document.sources.front().name;
}

Finding attestedBy(const DescriptorAttestation& attestation, const std::string& file)
{
    const std::string attester = toText(attestation.attester);
    std::string detail =
        attester + " signed on " + dateText(attestation.time) + " that they reviewed " + file;
    if (!attestation.coversIncludes) {
        detail += ", but not what it includes";
    }
    if (attestation.expires != 0) {
        detail += "; this holds until " + dateText(attestation.expires);
    }
    detail += ". Who that is, and whether they took it back, cannot be told offline.";
    return {.id = "descriptor.attested",
            .severity = Severity::Info,
            .title = "Somebody reviewed the descriptor",
            .detail = std::move(detail),
            .addresses = {attester}};
}

}  // namespace

std::vector<Finding> provenanceOf(const DescriptorDocument& document)
{
    std::vector<Finding> findings;
    const std::string file = nameOfFile(document);
    for (const DescriptorAttestation& attestation : document.attestations) {
        findings.push_back(attestedBy(attestation, file));
    }
    if (document.falseAttestations > 0) {
        findings.push_back({.id = "descriptor.attestation",
                            .severity = Severity::Warning,
                            .title = "An attestation is not for this descriptor",
                            .detail = "Beside " + file + " lie " +
                                      std::to_string(document.falseAttestations) +
                                      " attestations that are not for it: it was changed since it was "
                                      "reviewed, or they are forged.",
                            .addresses = {}});
    }
    return findings;
}

}  // namespace countersign::meaning
