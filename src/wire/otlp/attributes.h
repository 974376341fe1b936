// wire/otlp/attributes.h
// Repeated KeyValue messages as model/signals.h's Attributes. Used by the decoders of wire/otlp. Pure.
#pragma once

#include <string_view>

#include "model/signals.h"

namespace nightjar::otlp {

// Appends one KeyValue message, its value as text (wire/otlp/any_value.h), cut at kValueBytes.
void add_attribute(Attributes& attributes, std::string_view key_value);
// Sorts by key; of equal keys the one added last stays.
void finish_attributes(Attributes& attributes);

}  // namespace nightjar::otlp
