// wire/logs/exception_text.h
// The exception that a stack trace is about, in the words of Java, Kotlin, Scala, .NET, Python, Node, Go and Rust.
// Pure; views point into the text.
#pragma once

#include <string_view>

namespace nightjar::logs {

struct NamedException {
  std::string_view type;  // "java.lang.IllegalStateException", "KeyError", "panic"; "" when none is named
  std::string_view message;
};

// Of a whole trace: Python names it in its last line, the others before the first frame. The outermost is taken.
NamedException find_exception(std::string_view trace);

// "KeyError: 'discount'", "java.lang.NullPointerException", "Exception in thread "main" a.b.C: text": what a line
// begins with. "" when it names none.
NamedException exception_at_start(std::string_view line);

}  // namespace nightjar::logs
