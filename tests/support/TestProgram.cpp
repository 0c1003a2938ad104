#include "tests/support/TestProgram.h"

#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace countersign::tests {

namespace {

using Run = int (*)(int, char**);

// A function's static: classes register before main(), in no order.
std::map<std::string, Run>& testClasses()
{
    static std::map<std::string, Run> classes;
    return classes;
}

int usage(const char* program)
{
    std::fprintf(stderr, "usage: %s CLASS [options of QTest]\nclasses:\n", program);
    for (const auto& [name, run] : testClasses()) {
        std::fprintf(stderr, "  %s\n", name.c_str());
    }
    return 2;
}

}  // namespace

bool registerTestClass(const char* className, Run run)
{
    std::string name(className);
    if (name.ends_with("Test")) {
        name.resize(name.size() - 4);
    }
    return testClasses().emplace(std::move(name), run).second;
}

}  // namespace countersign::tests

int main(int argc, char** argv)
{
    using namespace countersign::tests;
    const auto found = argc < 2 ? testClasses().end() : testClasses().find(argv[1]);
    if (found == testClasses().end()) {
        return usage(argv[0]);
    }
    std::vector<char*> arguments{argv[0]};
    arguments.insert(arguments.end(), argv + 2, argv + argc);
    arguments.push_back(nullptr);
    return found->second(argc - 1, arguments.data());
}
