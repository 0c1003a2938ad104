#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/rules/AuthorityRules.h"
#include "core/meaning/solana/rules/SolanaRecipientRules.h"

// Programs themselves, and tables of addresses.

namespace countersign::meaning {

namespace {

void explainWrite(InstructionReading& reading)
{
    const char* role = reading.account("buffer") ? "buffer" : "program";
    reading.givePower({}, "Code is written to " + reading.who(role));
    reading.intend("Write code to " + reading.brief(role));
}

void explainBuffer(InstructionReading& reading)
{
    const auto authority = reading.account("authority");
    reading.givePower(authority, reading.scene().named(authority) + " may write to the new buffer " +
                                     reading.who("buffer"));
    reading.intend("Set up buffer " + reading.brief("buffer"));
}

void explainDeployment(InstructionReading& reading)
{
    const auto authority = reading.account("authority");
    reading.givePower(authority, "Program " + reading.who("program") + " begins, and " +
                                     reading.scene().named(authority) + " may change it");
    programUpgrade(reading,
                   "Program " + reading.who("program") + " gets its code from buffer " +
                       reading.who(reading.account("buffer") ? "buffer" : "source") + ".",
                   reading.account("program"));
    reading.intend("Deploy program " + reading.brief("program"));
}

void explainUpgrade(InstructionReading& reading)
{
    reading.givePower(reading.account("program"), "Program " + reading.who("program") +
                                                      " gets the code in buffer " + reading.who("buffer"));
    reading.moveUnknownSol(reading.account("buffer"), reading.account("spill"),
                           "SOL of buffer " + reading.who("buffer") + " goes to " + reading.who("spill"));
    programUpgrade(reading,
                   "Program " + reading.who("program") + " will run the code in buffer " +
                       reading.who("buffer") + ", whatever that is.",
                   reading.account("program"));
    reading.intend("Upgrade program " + reading.brief("program") + " with the code in " +
                   reading.brief("buffer"));
}

void explainAuthority(InstructionReading& reading)
{
    const auto authority = reading.account("newAuthority");
    const char* role = reading.account("account") ? "account" : "program";
    const std::string who = authority ? reading.scene().named(authority) : "Nobody, for ever,";
    reading.givePower(authority, who + " may change program or buffer " + reading.who(role));
    programAuthority(reading, who + " may change " + reading.who(role) + " from now on.", authority);
    reading.intend("Let " + (authority ? briefAddress(authority) : std::string("nobody")) +
                   " change program or buffer " + reading.brief(role));
}

void explainClosing(InstructionReading& reading)
{
    const auto recipient = reading.account("recipient");
    reading.moveUnknownSol(reading.account("account"), recipient,
                           "All SOL in " + reading.who("account") + ", which is closed, goes to " +
                               reading.scene().named(recipient));
    checkSolRecipient(reading, reading.account("account"), recipient);
    programClosed(reading,
                  reading.who("account") +
                      " is closed; a program whose code it is ends with it. Its "
                      "SOL goes to " +
                      reading.scene().named(recipient) + ".",
                  recipient);
    reading.intend("Close program data or buffer " + reading.brief("account"));
}

void explainExtension(InstructionReading& reading)
{
    reading.cost("Rent for more space of program " + reading.who("program"));
    reading.intend("Make space for program " + reading.brief("program"));
}

void explainNewTable(InstructionReading& reading)
{
    const auto authority = reading.account("authority");
    reading.givePower(authority, reading.scene().named(authority) + " may change lookup table " +
                                     reading.who("lookupTable"));
    reading.cost("Rent of lookup table " + reading.who("lookupTable") + ", from " + reading.who("payer"));
    lookupTableChange(reading, "Lookup table " + reading.who("lookupTable") + " is made.");
    reading.intend("Create lookup table " + reading.brief("lookupTable"));
}

void explainTableExtension(InstructionReading& reading)
{
    reading.givePower({}, "Lookup table " + reading.who("lookupTable") + " gets further addresses");
    if (reading.account("payer")) {
        reading.cost("Rent for them, from " + reading.who("payer"));
    }
    lookupTableChange(reading, "Lookup table " + reading.who("lookupTable") +
                                   " gets further addresses, which other transactions will name by number.");
    reading.intend("Add addresses to lookup table " + reading.brief("lookupTable"));
}

void explainTableEnd(InstructionReading& reading)
{
    const std::string& name = reading.instruction().name;
    const std::string table = reading.who("lookupTable");
    const std::string what = name == "freezeLookupTable"       ? " can never be changed again"
                             : name == "deactivateLookupTable" ? " can soon no longer be used"
                                                               : " is closed";
    reading.givePower({}, "Lookup table " + table + what);
    if (const auto recipient = reading.account("recipient")) {
        reading.moveUnknownSol(reading.account("lookupTable"), recipient,
                               "Its SOL goes to " + reading.scene().named(recipient));
        checkSolRecipient(reading, reading.account("lookupTable"), recipient);
    }
    lookupTableChange(reading, "Lookup table " + table + what + ".");
    reading.intend((name == "freezeLookupTable"       ? "Freeze lookup table "
                    : name == "deactivateLookupTable" ? "Deactivate lookup table "
                                                      : "Close lookup table ") +
                   reading.brief("lookupTable"));
}

constexpr InstructionKnowledge ofLoader[] = {
    {"initializeBuffer", explainBuffer},
    {"write", explainWrite},
    {"deployWithMaxDataLen", explainDeployment},
    {"upgrade", explainUpgrade},
    {"setAuthority", explainAuthority},
    {"setAuthorityChecked", explainAuthority},
    {"close", explainClosing},
    {"extendProgram", explainExtension},
};

/// The rest of this loader was never used on mainnet: its effects are not written down here.
constexpr InstructionKnowledge ofLoaderV4[] = {
    {"write", explainWrite},
    {"deploy", explainDeployment},
    {"transferAuthority", explainAuthority},
};

constexpr InstructionKnowledge ofLookupTable[] = {
    {"createLookupTable", explainNewTable}, {"extendLookupTable", explainTableExtension},
    {"freezeLookupTable", explainTableEnd}, {"deactivateLookupTable", explainTableEnd},
    {"closeLookupTable", explainTableEnd},
};

}  // namespace

std::span<const InstructionKnowledge> loaderKnowledge()
{
    return ofLoader;
}

std::span<const InstructionKnowledge> loaderV4Knowledge()
{
    return ofLoaderV4;
}

std::span<const InstructionKnowledge> lookupTableKnowledge()
{
    return ofLookupTable;
}

}  // namespace countersign::meaning
