#pragma once

#include "core/meaning/solana/SolanaScene.h"

#include <initializer_list>

namespace countersign::meaning {

/// One instruction while its meaning is put together. What is asked for by a role or a name is there: the
/// decoder refused the instruction otherwise; an account that only a lookup table knows has no address, and
/// the whole is then not understood anyway.
class InstructionReading
{
public:
    InstructionReading(const solana::DecodedInstruction& instruction, const SolanaScene& scene,
                       std::string path)
        : m_instruction(instruction), m_scene(scene), m_path(std::move(path))
    {
        m_meaning.understood = true;
    }

    const solana::DecodedInstruction& instruction() const { return m_instruction; }
    const SolanaScene& scene() const { return m_scene; }
    /// "instructions[2]".
    const std::string& path() const { return m_path; }
    Meaning& meaning() { return m_meaning; }
    const Meaning& meaning() const { return m_meaning; }
    /// Helps others and says nothing of its own about what is meant: fees, memos, new token accounts.
    bool isAccessory() const { return m_isAccessory; }

    std::optional<SolanaAddress> account(std::string_view role) const { return m_instruction.account(role); }
    /// The account is there, even if only a lookup table knows which one it is.
    bool hasRole(std::string_view role) const;
    std::string who(std::string_view role) const { return m_scene.named(account(role)); }
    std::string brief(std::string_view role) const { return briefAddress(account(role)); }
    std::optional<SolanaAddress> addressField(std::string_view name) const;
    std::uint64_t number(std::string_view name) const { return m_instruction.number(name).value_or(0); }
    std::string text(std::string_view name) const;
    bool has(std::string_view name) const { return m_instruction.field(name) != nullptr; }

    void intend(std::string sentence) { m_meaning.intent = std::move(sentence); }
    void assist(std::string sentence);

    /// The scene's condition goes before the text.
    void add(Effect effect);
    /// Lamports between two accounts, In where they come to the wallet from elsewhere.
    void moveSol(const std::optional<SolanaAddress>& from, const std::optional<SolanaAddress>& to,
                 std::uint64_t lamports);
    /// Out, with an amount that the bytes do not tell.
    void moveUnknownSol(const std::optional<SolanaAddress>& from, const std::optional<SolanaAddress>& to,
                        std::string text);
    void givePower(const std::optional<SolanaAddress>& account, std::string text);
    void cost(std::string text);

    void find(std::string id, Severity severity, std::string title, std::string detail,
              std::initializer_list<std::optional<SolanaAddress>> addresses = {});
    void doNotUnderstand(std::string id, Severity severity, std::string title, std::string detail,
                         std::initializer_list<std::optional<SolanaAddress>> addresses = {});

private:
    const solana::DecodedInstruction& m_instruction;
    const SolanaScene& m_scene;
    std::string m_path;
    Meaning m_meaning;
    bool m_isAccessory = false;
};

/// What is known about an instruction beyond its layout: its effects and findings.
struct InstructionKnowledge
{
    std::string_view name;
    void (*explain)(InstructionReading& reading);
};

Finding finding(std::string id, Severity severity, std::string title, std::string detail,
                std::initializer_list<std::optional<SolanaAddress>> addresses = {});

}  // namespace countersign::meaning
